import { css, cx } from '@emotion/css';
import { useEffect, useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { RunStep } from '#contract';
import { useStepOutput } from '../../api/useRuns.ts';
import { testIds } from '../../testIds.ts';
import { Choice } from '../Choice.tsx';
import { QueryView } from '../QueryView.tsx';
import { Skeleton } from '../Skeleton.tsx';

/** What a step wrote, as it comes. Follows the end unless the reader has scrolled up. */
export function StepOutputView({ run, step }: { run: string; step: RunStep }) {
  const styles = useStyles2(getStyles);
  const last = step.attempts.at(-1)?.attempt;
  const [chosen, setChosen] = useState<number | null>(null);
  const attempt = chosen ?? last;
  const live = (step.state === 'running' || step.state === 'waiting' || step.state === 'undoing') && chosen === null;
  const output = useStepOutput({ run, step: step.path, live, ...(attempt === undefined ? {} : { attempt }) });
  const frame = useRef<HTMLPreElement>(null);
  const [follows, setFollows] = useState(true);
  const seen = output.data?.lastSeq;

  useEffect(() => {
    if (follows && frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
  }, [seen, follows]);

  return (
    <div className={styles.whole}>
      {step.attempts.length > 1 && (
        <Choice
          label="Attempt"
          size="sm"
          options={step.attempts.map((one) => String(one.attempt))}
          labels={Object.fromEntries(step.attempts.map((one) => [String(one.attempt), `Attempt ${one.attempt}`]))}
          value={String(attempt ?? '')}
          onChange={(value) => setChosen(Number(value) === last ? null : Number(value))}
        />
      )}
      <QueryView query={output} loading={<Skeleton rows={1} height={72} />}>
        {({ chunks, truncated, ended }) =>
          chunks.length === 0 ? (
            <span className={styles.dim}>{ended ? 'It wrote nothing.' : 'Nothing written yet.'}</span>
          ) : (
            <>
              <pre
                ref={frame}
                className={styles.frame}
                role="log"
                tabIndex={0}
                aria-label={`Output of ${step.name}`}
                data-testid={testIds.run.output}
                onScroll={({ currentTarget: at }) => setFollows(at.scrollHeight - at.scrollTop - at.clientHeight < 24)}
              >
                {chunks.map(({ seq, stream, text }) => (
                  <span key={seq} className={cx(stream === 'err' && styles.err, stream === 'note' && styles.note)}>
                    {text}
                  </span>
                ))}
              </pre>
              {truncated && <div className={styles.dim}>The output was too long to keep whole. What is missing was not stored.</div>}
              {live && !follows && (
                <Button size="sm" variant="secondary" icon="arrow-down" onClick={() => setFollows(true)}>
                  Follow the end
                </Button>
              )}
            </>
          )
        }
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  whole: css({ display: 'flex', flexDirection: 'column', alignItems: 'stretch', gap: theme.spacing(1) }),
  frame: css({
    maxHeight: 320, minHeight: 72, overflow: 'auto', margin: 0, padding: theme.spacing(1), whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', background: theme.colors.background.canvas,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  err: css({ color: theme.colors.error.text }),
  note: css({ color: theme.colors.text.secondary, fontStyle: 'italic' }),
  dim: css({ color: theme.colors.text.secondary }),
});
