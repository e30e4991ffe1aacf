import { useState } from 'react';
import { Button, LinkButton, useStyles2 } from '@grafana/ui';
import { incidentKey, type PrivateIncident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useEnterPrivateIncident, usePrivateIncidents } from '../../api/usePrivacy.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from './listStyles.ts';

const REASON_LENGTH = 10;

/** That there are private incidents, for those who keep order; the way in for when no member is to be reached. */
export function PrivateIncidents() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const incidents = usePrivateIncidents();
  const enter = useEnterPrivateIncident();
  const [asked, setAsked] = useState<PrivateIncident | null>(null);

  return (
    <section data-testid={testIds.settings.privateIncidents}>
      <h3 className={styles.title}>Private incidents</h3>
      <p className={styles.dim}>Only their members see what they are about. An admin can become a member in an emergency; its members and the auditors see that.</p>
      <QueryView query={incidents}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No incident is private.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((incident) => (
                <li key={incident.number} className={styles.row}>
                  <div className={styles.words}>
                    <div>{incidentKey(incident.number)}</div>
                    <div className={styles.dim}>
                      Private since <Instant at={incident.since} />, by {incident.by.name} · {incident.members === 1 ? '1 member' : `${incident.members} members`}
                    </div>
                    {incident.entered.map(({ at, actor, reason }) => (
                      <div key={at} className={styles.dim}>
                        {actor.name} let themselves in <Instant at={at} />: {reason}
                      </div>
                    ))}
                  </div>
                  {incident.mine ? (
                    <LinkButton size="sm" variant="secondary" href={paths.incident(incident.number)}>
                      Open
                    </LinkButton>
                  ) : (
                    can('enterPrivateIncident') && (
                      <Button size="sm" variant="secondary" fill="outline" aria-label={`Become a member of ${incidentKey(incident.number)}`} onClick={() => setAsked(incident)}>
                        Become a member
                      </Button>
                    )
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {asked !== null && (
        <ReasonDialog
          title={`Become a member of ${incidentKey(asked.number)}`}
          confirmText="Become a member"
          destructive
          required
          hint="You were not asked in. Its members see on the timeline that you came, and why."
          shownIn="to its members and to auditors"
          minLength={REASON_LENGTH}
          busy={enter.isPending}
          error={enter.error}
          onConfirm={(reason) =>
            enter.mutate(
              { number: asked.number, reason: reason ?? '' },
              {
                onSuccess: ({ key }) => {
                  toast.done(`You are a member of ${key}`);
                  setAsked(null);
                },
              }
            )
          }
          onDismiss={() => setAsked(null)}
        />
      )}
    </section>
  );
}
