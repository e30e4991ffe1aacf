import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import { PROPOSAL_STATES, type DependencyProposal, type ProposalEvidence } from '#contract';
import { useDecideProposal, useLearnDependencies, useProposals } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { DEPENDENCY_LABELS } from '../../model/services.ts';
import { testIds } from '../../testIds.ts';

type State = (typeof PROPOSAL_STATES)[number];
const STATE_LABELS: Readonly<Record<State, string>> = { open: 'To decide', accepted: 'Accepted', rejected: 'Rejected' };

/** Dependencies that the alerts suggest, for a person to decide. */
export function ProposalsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const learn = useLearnDependencies();
  const [state, setState] = useState<State>('open');
  const proposals = useProposals(state);

  function look(): void {
    learn.mutate(undefined, {
      onSuccess: ({ alerts, proposed }) => toast.done(`Looked through ${alerts.toLocaleString()} alerts: ${proposed === 0 ? 'nothing new' : `${proposed} new`}`),
      onError: (error) => toast.failed(error),
    });
  }

  return (
    <>
      <div className={styles.bar}>
        <Choice label="State" options={PROPOSAL_STATES} labels={STATE_LABELS} value={state} onChange={setState} />
        {can('learnDependencies') && (
          <Button variant="secondary" icon={learn.isPending ? 'fa fa-spinner' : 'search'} disabled={learn.isPending} onClick={look}>
            {learn.isPending ? 'Looking through the alerts…' : 'Look now'}
          </Button>
        )}
      </div>
      <QueryView query={proposals}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState variant="completed" message={state === 'open' ? 'Nothing to decide' : `Nothing ${state} yet`}>
              Once an hour Muster looks for services that fail after others again and again, and for alerts that name what they called.
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {items.map((proposal) => (
                <Proposal key={proposal.id} proposal={proposal} canDecide={can('acceptProposal') && proposal.state === 'open'} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </>
  );
}

function sentenceOf(evidence: ProposalEvidence, { from, to }: DependencyProposal): string {
  if (evidence.basis === 'label') {
    return `${evidence.support} alerts of ${from} say that they called ${to}.`;
  }
  const lag = evidence.medianLagSeconds === null ? '' : `, about ${Math.round(evidence.medianLagSeconds)} s later`;
  return `${evidence.support} times in 30 days trouble of ${to} was followed by trouble of ${from}${lag}: ${Math.round(evidence.lift).toLocaleString()} times as often as chance would have it. ${to} was first in ${Math.round(evidence.direction * 100)} %.`;
}

function Proposal({ proposal, canDecide }: { proposal: DependencyProposal; canDecide: boolean }) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const decide = useDecideProposal();
  const { id, from, to, type, evidence, decidedAt, decidedBy } = proposal;

  function answer(accept: boolean): void {
    decide.mutate({ id, accept }, {
      onSuccess: () => toast.done(accept ? `${from} ${DEPENDENCY_LABELS[type]} ${to}: taken into the topology` : 'Rejected; it will not be proposed again'),
      onError: (error) => toast.failed(error),
    });
  }

  return (
    <li className={styles.item} data-testid={testIds.services.proposal}>
      <div className={styles.words}>
        <strong>
          {from} {DEPENDENCY_LABELS[type]} {to}
        </strong>
        <div>{sentenceOf(evidence, proposal)}</div>
        <ul className={styles.examples}>
          {evidence.examples.map(({ at, toAlert, fromAlert }) => (
            <li key={`${at} ${fromAlert}`}>
              <Instant at={at} as="clock" /> {toAlert === '' ? fromAlert : `${toAlert} (${to}), then ${fromAlert} (${from})`}
            </li>
          ))}
        </ul>
        {decidedAt !== null && (
          <div className={styles.dim}>
            by {decidedBy ?? 'somebody'} <Instant at={decidedAt} />
          </div>
        )}
      </div>
      {canDecide && (
        <div className={styles.buttons}>
          <Button size="sm" icon="check" disabled={decide.isPending} onClick={() => answer(true)} aria-label={`Accept ${from} ${DEPENDENCY_LABELS[type]} ${to}`}>
            Accept
          </Button>
          <Button size="sm" variant="secondary" icon="times" disabled={decide.isPending} onClick={() => answer(false)} aria-label={`Reject ${from} ${DEPENDENCY_LABELS[type]} ${to}`}>
            Reject
          </Button>
        </div>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginBottom: theme.spacing(2) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  item: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  words: css({ flex: '1 1 320px', minWidth: 0, overflowWrap: 'anywhere' }),
  examples: css({ margin: theme.spacing(0.5, 0, 0, 2), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  buttons: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' }),
  dim: css({ color: theme.colors.text.secondary }),
});
