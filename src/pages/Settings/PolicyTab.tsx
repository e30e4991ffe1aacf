import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useDeclarePolicy, useIncidentTypes, useSeverityPolicy } from '../../api/useIncidentSettings.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { DeclarePolicyEditor } from './DeclarePolicyEditor.tsx';
import { IncidentTypesEditor } from './IncidentTypesEditor.tsx';
import { SeverityPolicyEditor } from './SeverityPolicyEditor.tsx';

/** When incidents are declared, how grave they are, and which fields they carry. */
export function PolicyTab() {
  const styles = useStyles2(getStyles);
  const declare = useDeclarePolicy();
  const severity = useSeverityPolicy();
  const types = useIncidentTypes();
  const loading = <Skeleton rows={4} height={40} />;
  return (
    <div className={styles.stack}>
      <section aria-label="Declaring">
        <h3>Declaring</h3>
        <p className={styles.lead}>What becomes of a group of alerts. The first rule that holds decides; else the score does.</p>
        <QueryView query={declare} loading={loading}>
          {(document) => <DeclarePolicyEditor key={document.version} document={document} />}
        </QueryView>
      </section>
      <section aria-label="Severity">
        <h3>Severity</h3>
        <p className={styles.lead}>Impact says whom it hurts, urgency how pressing it is. The machine raises a severity, only people lower it.</p>
        <QueryView query={severity} loading={loading}>
          {(document) => <SeverityPolicyEditor key={document.version} document={document} />}
        </QueryView>
      </section>
      <section aria-label="Types and fields">
        <h3>Types and fields</h3>
        <p className={styles.lead}>Fields that incidents of a type carry, and the states that need them filled. New incidents get the first type.</p>
        <QueryView query={types} loading={loading}>
          {(document) => <IncidentTypesEditor key={document.version} document={document} />}
        </QueryView>
      </section>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(4), '& h3': { ...theme.typography.h4, margin: 0 } }),
  lead: css({ color: theme.colors.text.secondary, maxWidth: 700, marginBottom: theme.spacing(2) }),
});
