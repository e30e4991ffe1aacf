/**
 * The floors of docs/architecture.md: lower may never import higher, siblings never import each
 * other, only a module's index.ts is public, and there are no circles.
 */
const FLOORS = [
  ['contract'],
  ['platform'],
  ['access', 'sources', 'catalog', 'oncall', 'standing'],
  ['eventlog'],
  ['ingest'],
  ['noise'],
  ['correlation', 'detection', 'prediction', 'memory', 'recommendation'],
  ['incidents'],
  ['diagnosis'],
  ['response/notifications'],
  ['response/tasks', 'response/escalation', 'response/comms'],
  ['response/runbooks', 'response/agents'],
  ['timeline', 'health', 'services', 'insight'],
];

/** Files that decide: below `backend/`, without ending. One line a module. */
const PURE_FILES = [
  'access/visibility',
  'eventlog/streamText',
  'catalog/(topology|businessCsv|labelRoles|nameIndex|mentions|resolveEntity|changeEvent|changePayload|csvExport|csvImport|csvTable|learnDependencies|placeCsv|placePlan|servicePlan|snapshot)',
  'services/serviceStates',
  'sources/(mappingRules|derivation)',
  'ingest/(alertWrite|payload|begins)',
  'ingest/(generic/(readPath|mapPayload)|fingerprint/(regroup|fold)|heartbeat/judge|reconcile/plan)',
  'sources/sourceRules',
  'incidents/alertTrend',
  'noise/(scope|schedule|flapping|threshold|inhibition|ruleset|decideNoise|standing|plannedTime|gateState|score|grafanaSilence)',
  'correlation/(strategy|batch|recall|drillsApart)',
  'correlation/engine/[A-Za-z]+',
  'correlation/rules/[A-Za-z]+',
  'correlation/backtest/(labels|compare|strategyTrial|trial)',
  'correlation/settings/engineSettings',
  'prediction/likelihood/[A-Za-z]+',
  'prediction/forecast/[A-Za-z]+',
  'memory/[A-Za-z]+',
  'recommendation/[A-Za-z]+',
  'insight/(serviceMeaning|recommendations/(trials|basis)|helpers/(shadowRule|luck)|similar/remember|meanings/meanings|exploreLink|causes/board|causes/metrics/(table|diagnose|suspects)|changes/suspicion|foresight/mergeLogs|accuracy/(figures|calibration)|breaches/(outlook|naive)|drafts/(facts|words|digest|phrases|updateDraft|redact|modelRequest))',
  'incidents/(stateMachine|incidentTimes|declarePolicy|severityMatrix|impact|recurrence|fieldRules|evaluate)',
  'detection/(logs/)?[A-Za-z]+',
  'correlation/learning/(observations|learnPairs|learnCandidates|items)',
  'oncall/schedules/(spans|rotation|calendarShifts|resolve|checkSchedule|handOverDraft|swapWords|view|calendarText|readCalendar|readOnCall|readChains|chainWords|foreignLists)',
  'diagnosis/[A-Za-z]+',
  'response/tasks/taskRules',
  'response/comms/(dues|defaults|words|render|updateRules)',
  'response/comms/subscriptions/(matching|formWords|formHtml)',
  'response/comms/statusPage/(model|html|style|feeds|markdown|pageWords)',
  'platform/calendar/(readEvents|recurrence|allDays|zoneClock)',
  'platform/templates/template',
  'platform/(exploreUrl|seededRandom)',
  'platform/outbound/readAnswer',
  'response/notifications/(nextHop|breaker|pacing|bundling|chains|rehearsalPlan)',
  'response/notifications/channels/(words|cut|markup|mask|settings|slackMessage|teamsCard|voiceScript)',
  'oncall/people/(plan|quiet)',
  'response/escalation/(clocks/clock|nextMove|pickOne|starts|wording|respondPage)',
  'response/notifications/chat/(command|roomName)',
  'agent/(allowList|outputPieces)',
  'response/runbooks/secrets/(masker|maskPatterns)',
  'response/runbooks/kinds/(output|verdict)',
  'response/runbooks/automation/(triggerEvents|occasion|businessHours|guardRails|targets|applies|suggest|agentCheck)',
  'response/runbooks/drills/(score|payload|schedule)',
  'response/runbooks/format/[A-Za-z]+',
  'response/runbooks/catalogue/(importMarkdown|headline)',
  'response/runbooks/dryRun/(walkPlan|preview)',
  'response/runbooks/plan/[A-Za-z]+',
  'response/runbooks/runs/(rules|view|events|drillNames)',
  'timeline/(project|detectionSentences|commsSentences|notificationSentences|runbookSentences|onCallSentences|settingsSentences|words)',
  'platform/http/(compactJson|sharedParameters)',
  'platform/config/unknownVariables',
];

const modules = FLOORS.flat();
const rules = [];
FLOORS.forEach((floor, level) => {
  const above = FLOORS.slice(level + 1).flat();
  for (const name of floor) {
    const siblings = floor.filter((other) => other !== name);
    const forbidden = [...above, ...siblings];
    if (forbidden.length > 0) {
      rules.push({
        name: `floor-of-${name}`,
        comment: `${name} may not import what stands above or beside it`,
        severity: 'error',
        from: { path: `^backend/${name}/` },
        to: { path: `^backend/(${forbidden.join('|')})/` },
      });
    }
    rules.push({
      name: `${name}-knows-no-root`,
      comment: 'modules do not know what puts them together',
      severity: 'error',
      from: { path: `^backend/${name}/` },
      to: { path: '^backend/[^/]+\\.ts$' },
    });
    if (name !== 'platform') {
      rules.push({
        name: `front-of-${name}`,
        comment: `others import ${name} through its index.ts only`,
        severity: 'error',
        from: { path: '^backend/', pathNot: `^backend/${name}/` },
        to: { path: `^backend/${name}/(?!index\\.ts$)` },
      });
    }
  }
});

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'plugin-knows-only-the-contract',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(backend/(?!contract/)|scripts/|tests/)' },
    },
    {
      name: 'product-knows-no-development-tools',
      comment: 'neither the plugin host nor the tests are known to the product',
      severity: 'error',
      from: { path: '^(backend|src)/', pathNot: '(\\.test\\.tsx?|\\.testkit\\.ts|^src/test/.*)$' },
      to: { path: '^(scripts|tests)/' },
    },
    {
      name: 'plugin-layers',
      comment: 'api < hooks < components < pages < App',
      severity: 'error',
      from: { path: '^src/(api|model)/' },
      to: { path: '^src/(hooks|components|pages)/' },
    },
    { name: 'plugin-hooks', severity: 'error', from: { path: '^src/hooks/' }, to: { path: '^src/(components|pages)/' } },
    { name: 'plugin-components', severity: 'error', from: { path: '^src/components/' }, to: { path: '^src/pages/' } },
    {
      name: 'pure-files',
      comment: 'decisions touch neither database, network nor clock',
      severity: 'error',
      from: { path: `^backend/(${PURE_FILES.join('|')})\\.ts$` },
      to: { path: '(^pg$|node_modules/(pg|express)/|platform/db|^node:)', dependencyTypesNot: ['type-only'] },
    },
    { name: 'contract-imports-zod-only', severity: 'error', from: { path: '^backend/contract/' }, to: { pathNot: '(^backend/contract/|node_modules/zod/)' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.test\\.tsx?$|\\.testkit\\.ts$)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'] },
  },
};
