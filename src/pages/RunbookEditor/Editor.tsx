import { css } from '@emotion/css';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import type { Runbook, RunbookFinding } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useAgents } from '../../api/useAgents.ts';
import { useCan } from '../../api/useMe.ts';
import { useRunbookSecrets } from '../../api/useRunbookSecrets.ts';
import { useRunbookCheck, useRunbookList } from '../../api/useRunbooks.ts';
import { Choice } from '../../components/Choice.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { useToast } from '../../hooks/useToast.ts';
import { agentSelectors } from '../../model/agentSelectors.ts';
import type { Names } from '../../model/completion.ts';
import type { Path } from '../../model/jsonEdit.ts';
import { listAt, outlineOf, pathText, textAt } from '../../model/runbookOutline.ts';
import { insertStep, moveStep, parse, setIn } from '../../model/runbookText.ts';
import { lineOfPath } from '../../model/yamlLines.ts';
import { ConflictNotice } from './ConflictNotice.tsx';
import { DryRunPane } from './DryRunPane.tsx';
import { EditorHeader } from './EditorHeader.tsx';
import { faultsOf, type Editing } from './editing.ts';
import { FindingsPane } from './FindingsPane.tsx';
import { FormPane } from './FormPane.tsx';
import { goToLine, SourceEditor } from './SourceEditor.tsx';
import { useDraft } from './useDraft.ts';
import { VersionsPane } from './VersionsPane.tsx';

const CHECK_REST_MS = 400;
const PANES = ['findings', 'dry-run', 'versions'] as const;

/** The form and the text side by side; below them what is wrong, what it would do, and what it was. */
export function Editor({ runbook }: { runbook: Runbook }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const readOnly = runbook.origin === 'file' || runbook.state === 'retired' || !can('putRunbookDraft');
  const draft = useDraft(runbook, { readOnly });
  const { source, setSource } = draft;
  const [pane, setPane] = useState<(typeof PANES)[number]>('findings');
  const area = useRef<HTMLTextAreaElement>(null);
  const deferred = useDeferredValue(source);
  const parsed = useMemo(() => parse(deferred), [deferred]);
  const lastGood = useRef<unknown>(undefined);
  if (parsed.errors.length === 0) lastGood.current = parsed.value;
  const checked = useRunbookCheck(useDebounced(source, CHECK_REST_MS), { enabled: can('checkRunbook') });
  const ofYaml = useMemo(() => parsed.errors.map((error): RunbookFinding => ({ ...error, level: 'error', path: '' })), [parsed]);
  // what the service says comes later than what is seen here at once
  const ofService = checked.data?.findings ?? runbook.draft?.findings;
  const findings = useMemo(() => (ofYaml.length > 0 ? ofYaml : (ofService ?? [])), [ofYaml, ofService]);
  const faults = useMemo(() => faultsOf(findings), [findings]);
  const errors = findings.filter(({ level }) => level === 'error').length;
  const document = parsed.value;
  const known = useRunbookList({ state: 'live' }, { enabled: can('listRunbooks') && !readOnly });

  const secrets = useRunbookSecrets({ enabled: can('listRunbookSecrets') && !readOnly });
  const agents = useAgents({ enabled: can('listAgents') && !readOnly });

  const names = useMemo<Names>(() => {
    const at = lastGood.current;
    return {
      inputs: listAt(at, ['inputs']).map((_input, index) => textAt(at, ['inputs', index, 'name'])).filter((name) => name !== ''),
      steps: outlineOf(at).flatMap((row) => (row.is === 'step' && row.id !== '' ? [row.id] : [])),
      secrets: [...new Set([...(secrets.data ?? []).map(({ name }) => name), ...[...deferred.matchAll(/\bsecrets\.(\w+)/g)].map(([, name = '']) => name)])],
      runbooks: (known.data ?? []).map(({ id }) => String(id)),
      agents: agentSelectors(agents.data ?? []),
    };
  }, [deferred, known.data, secrets.data, agents.data]);

  /** One edit of the form; the text stays as it is when it cannot be done. */
  function edit(change: (text: string) => string): void {
    try {
      setSource(change(source));
    } catch {
      toast.warn('The text is not YAML at the moment. Mend it first; then the form can write to it.');
    }
  }
  const editing: Editing = {
    document,
    readOnly,
    set: (path, value) => edit((text) => setIn(text, path, value)),
    insert: (list, index, item) => edit((text) => insertStep(text, list, index, item)),
    move: (list, from, to) => edit((text) => moveStep(text, list, from, to)),
    faultAt: (path) => faults.at(pathText(path)),
    // the only field that names an agent is `agent` in the `with` of a step or its undo
    suggestionsAt: (path) => (path.at(-1) === 'agent' && path.at(-2) === 'with' ? names.agents : []),
    errorsBelow: (path) => faults.below(pathText(path)),
  };

  function show(path: Path): void {
    const line = lineOfPath(source, path);
    // brought into view without taking the focus from the form
    if (line !== null && area.current !== null) area.current.scrollTop = Math.max(0, (line - 4) * 20);
  }

  return (
    <div className={styles.whole}>
      <EditorHeader runbook={runbook} draft={draft} findings={findings} readOnly={readOnly} />
      {runbook.origin === 'file' && <Alert severity="info" title="This runbook comes from a file. Change it there and restart Muster." />}
      {draft.status === 'conflict' && <ConflictNotice draft={draft} />}
      {draft.status === 'failed' && draft.error !== null && (
        <Alert severity="error" title={`The draft could not be saved: ${adviseOn(draft.error).title.toLowerCase()}`}>
          {adviseOn(draft.error).advice}{' '}
          <Button size="sm" variant="secondary" icon="sync" onClick={draft.save}>
            Save now
          </Button>
        </Alert>
      )}
      <div className={styles.columns}>
        <div className={styles.text}>
          <SourceEditor source={source} onChange={setSource} readOnly={readOnly} findings={findings} names={names} area={area} />
          <Choice
            label="Below the editor"
            options={PANES.filter((one) => one !== 'dry-run' || can('dryRunRunbook'))}
            labels={{ findings: errors === 0 ? 'Check' : `Check (${errors} ${errors === 1 ? 'error' : 'errors'})`, 'dry-run': 'Dry run', versions: 'Versions' }}
            value={pane}
            onChange={setPane}
          />
          <div className={styles.pane}>
            {pane === 'findings' && <FindingsPane findings={findings} onGo={({ line, column }) => goToLine(area.current, source, line, column)} />}
            {pane === 'dry-run' && <DryRunPane source={source} inputs={checked.data?.document?.inputs ?? runbook.inputs} />}
            {pane === 'versions' && <VersionsPane runbook={runbook} source={source} version={draft.version} readOnly={readOnly} onRestored={() => draft.takeTheirs()} />}
          </div>
        </div>
        <section className={styles.column} aria-label="Runbook as a form">
          {document === undefined || document === null ? (
            <Alert severity="warning" title={parsed.errors[0] === undefined ? 'The text is empty.' : `The text is not YAML at line ${parsed.errors[0].line}.`}>
              Once that is mended, the form comes back.
            </Alert>
          ) : (
            <FormPane editing={editing} onShow={show} />
          )}
        </section>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  whole: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  columns: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(440px, 100%), 1fr))', gap: theme.spacing(2), alignItems: 'start' }),
  column: css({ minWidth: 0 }),
  // the text and what is wrong with it stay in sight while one goes through the form
  text: css({ minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), [theme.breakpoints.up('xl')]: { position: 'sticky', top: 56, maxHeight: 'calc(100vh - 64px)', overflow: 'auto', paddingRight: 2 } }),
  pane: css({ minHeight: 160 }),
});
