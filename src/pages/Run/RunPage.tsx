import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { EmptyState, LinkButton, Stack } from '@grafana/ui';
import { runId, type Run } from '#contract';
import { useWholeRun } from '../../hooks/useWholeRun.ts';
import { FrozenBanner } from '../../components/FreezeControl.tsx';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { QuestionCard } from '../../components/runs/QuestionCard.tsx';
import { RunActionDialog, type AskedAction } from '../../components/runs/RunActionDialog.tsx';
import { StepGraph } from '../../components/runs/StepGraph.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { openQuestions, stepTree } from '../../model/runSteps.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { RunFacts } from './RunFacts.tsx';
import { RunHeader } from './RunHeader.tsx';
import { UndoneTable } from './UndoneTable.tsx';

/** One run: what it asks, how it stands, and every step of it. */
export function RunPage() {
  const { id = '' } = useParams();
  const parsed = runId.safeParse(id);
  return parsed.success ? <KnownRun id={parsed.data} /> : <NoSuchRun id={id} />;
}

function KnownRun({ id }: { id: string }) {
  const run = useWholeRun(id);
  const [asked, setAsked] = useState<AskedAction | null>(null);
  if (run.error?.code === 'not_found') return <NoSuchRun id={id} />;
  return (
    <Page
      testId={testIds.run.page}
      smallTitle
      pageNav={{ text: run.data === undefined ? `Run ${id}` : run.data.title, url: paths.run(id), parentItem: { text: 'Runbooks', url: paths.runbooks() } }}
      {...(run.data === undefined ? {} : { subTitle: <RunHeader run={run.data} onAsk={setAsked} /> })}
    >
      <FrozenBanner />
      <QueryView query={run} loading={<Skeleton rows={5} height={72} />}>
        {(data) => <RunBody run={data} onAsk={setAsked} />}
      </QueryView>
      {asked !== null && run.data !== undefined && <RunActionDialog run={run.data} asked={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function RunBody({ run, onAsk }: { run: Run; onAsk: (asked: AskedAction) => void }) {
  return (
    <Stack direction="column" gap={3}>
      <div aria-live="polite">
        <Stack direction="column" gap={1}>
          {openQuestions(run).map((step) => step.question !== null && <QuestionCard key={step.path} run={run} step={step} question={step.question} />)}
        </Stack>
      </div>
      <UndoneTable run={run} />
      <section aria-label="Steps">
        <StepGraph run={run} nodes={stepTree(run.steps)} onAsk={onAsk} />
      </section>
      <RunFacts run={run} />
    </Stack>
  );
}

function NoSuchRun({ id }: { id: string }) {
  return (
    <Page testId={testIds.run.page} pageNav={{ text: `Run ${id}` }}>
      <EmptyState variant="not-found" message={`There is no run ${id}`} button={<LinkButton href={paths.runbooks('runs')}>All runs</LinkButton>}>
        The number may be mistyped, or the run belongs to an incident that is not for you to see.
      </EmptyState>
    </Page>
  );
}
