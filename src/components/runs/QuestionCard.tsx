import { css } from '@emotion/css';
import { useId, useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Checkbox, Field, Icon, Input, Stack, TextArea, useStyles2 } from '@grafana/ui';
import type { Run, RunStep, StepQuestion } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useCan } from '../../api/useMe.ts';
import { useAnswerStep } from '../../api/useRuns.ts';
import { useToast } from '../../hooks/useToast.ts';
import { ROLE_LABELS } from '../../model/roles.ts';
import { nextStepAfter } from '../../model/runSteps.ts';
import { testIds } from '../../testIds.ts';
import { boxStyle } from '../boxStyle.ts';
import { Instant } from '../Instant.tsx';
import { AnswerDialog } from './AnswerDialog.tsx';
import { Markdown } from './Markdown.tsx';

interface Props {
  run: Run;
  step: RunStep;
  question: StepQuestion;
}

/** What a step asks of people, with everything needed to answer it. */
export function QuestionCard({ run, step, question }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.card} aria-label={`${step.name} asks`} tabIndex={-1} data-testid={testIds.run.question} data-step={step.path}>
      {question.kind === 'approval' ? <Approval run={run} step={step} question={question} /> : <Instruction run={run} step={step} question={question} />}
    </section>
  );
}

function Approval({ run, step, question }: Props & { question: Extract<StepQuestion, { kind: 'approval' }> }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [answer, setAnswer] = useState<'approve' | 'reject' | null>(null);
  const next = nextStepAfter(run, step.path);
  const others = question.approvedBy.map(({ name }) => name).join(', ');
  const may = question.mayAnswer && can('answerStep');
  return (
    <>
      <div className={styles.head}>
        <Icon name="question-circle" aria-hidden />
        <strong>Approval needed: {step.name}</strong>
      </div>
      <Markdown text={question.question} />
      <div className={styles.facts}>
        <span>{ROLE_LABELS[question.role]} or higher</span>
        {question.needed > 1 && (
          <span>
            {question.approvedBy.length} of {question.needed} people have approved{others === '' ? '' : `: ${others}`}
          </span>
        )}
        {question.until !== null && (
          <span>
            until <Instant at={question.until} as="clock" />, then {question.otherwise === 'approve' ? 'it counts as approved' : 'it counts as rejected'}
          </span>
        )}
      </div>
      {may ? (
        <Stack gap={1} wrap="wrap">
          <Button icon="check" onClick={() => setAnswer('approve')}>
            Approve…
          </Button>
          <Button variant="secondary" icon="times" onClick={() => setAnswer('reject')}>
            Reject…
          </Button>
        </Stack>
      ) : (
        <div className={styles.whyNot}>
          <Icon name="lock" size="sm" aria-hidden /> <span>{question.whyNot ?? 'Your role does not allow it.'}</span>
        </div>
      )}
      {answer !== null && (
        <AnswerDialog
          run={run}
          step={step}
          answer={answer}
          then={
            answer === 'reject'
              ? 'The step ends as rejected. What the runbook says for that happens.'
              : question.approvedBy.length + 1 < question.needed
                ? 'One more person has to approve before it goes on.'
                : next === undefined
                  ? 'The run goes on and ends.'
                  : `The run goes on with “${next.name}”${next.text === '' ? '' : `: ${next.text}`}`
          }
          onClose={() => setAnswer(null)}
        />
      )}
    </>
  );
}

type Value = string | number | boolean;

function Instruction({ run, step, question }: Props & { question: Extract<StepQuestion, { kind: 'input' }> }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const answer = useAnswerStep();
  const id = useId();
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const [values, setValues] = useState<Readonly<Record<string, Value>>>(() => Object.fromEntries(question.ask.filter(({ type }) => type === 'boolean').map(({ name }) => [name, false])));
  const may = question.mayAnswer && can('answerStep');
  const missing = question.ask.filter(({ name }) => values[name] === undefined || values[name] === '');
  const isReady = ticked.length === question.checklist.length && missing.length === 0;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isReady || answer.isPending) return;
    answer.mutate({ run: run.id, body: { step: step.path, answer: 'done', values: { ...values } } }, { onSuccess: () => toast.done(`Done: ${step.name}`) });
  }
  function set(name: string, value: Value): void {
    setValues({ ...values, [name]: value });
  }

  return (
    <form onSubmit={submit} className={styles.form}>
      <div className={styles.head}>
        <Icon name="user" aria-hidden />
        <strong>To be done by a person: {step.name}</strong>
      </div>
      <Markdown text={question.instruction} />
      {question.checklist.length > 0 && (
        <ul className={styles.list} aria-label="Checklist">
          {question.checklist.map((item, at) => (
            <li key={`${at} ${item}`}>
              <Checkbox label={item} disabled={!may} value={ticked.includes(at)} onChange={(event) => setTicked(event.currentTarget.checked ? [...ticked, at] : ticked.filter((other) => other !== at))} />
            </li>
          ))}
        </ul>
      )}
      {question.ask.map(({ name, title, type }) =>
        type === 'boolean' ? (
          <div key={name}>
            <Checkbox label={title} disabled={!may} value={values[name] === true} onChange={(event) => set(name, event.currentTarget.checked)} />
          </div>
        ) : (
          <Field key={name} noMargin label={title}>
            {type === 'number' ? (
              <Input id={`${id}-${name}`} type="number" step="any" width={20} disabled={!may} onChange={(event) => set(name, event.currentTarget.value === '' ? '' : Number(event.currentTarget.value))} />
            ) : (
              <TextArea id={`${id}-${name}`} rows={2} disabled={!may} maxLength={10_000} onChange={(event) => set(name, event.currentTarget.value)} />
            )}
          </Field>
        )
      )}
      {answer.error !== null && (
        <Alert severity="error" title={adviseOn(answer.error).title}>
          {adviseOn(answer.error).advice}
        </Alert>
      )}
      {may ? (
        <Stack gap={1} alignItems="center" wrap="wrap">
          <Button type="submit" icon="check" disabled={!isReady || answer.isPending}>
            Done, go on
          </Button>
          {!isReady && <span className={styles.dim}>{ticked.length < question.checklist.length ? 'Tick off each point first.' : 'Answer each question first.'}</span>}
        </Stack>
      ) : (
        <div className={styles.whyNot}>
          <Icon name="lock" size="sm" aria-hidden /> <span>{question.whyNot ?? 'Your role does not allow it.'}</span>
        </div>
      )}
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({ ...boxStyle(theme), flexDirection: 'column', borderLeft: `4px solid ${theme.colors.warning.border}`, background: theme.colors.background.secondary, overflowWrap: 'anywhere' }),
  head: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center' }),
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  facts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), color: theme.colors.text.secondary }),
  list: css({ listStyle: 'none', margin: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
  whyNot: css({ display: 'flex', gap: theme.spacing(0.5), alignItems: 'center', color: theme.colors.text.secondary }),
});
