import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type MyPage } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useMyPages } from '../../api/useMobilisation.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { PageAnswers } from '../../components/PageAnswers.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { roleName } from '../../model/roleNames.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { Section } from './Section.tsx';

/** Pages that wait for the reader's own answer; nothing while there are none. */
export function MyPages() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const { data } = useMyPages({ enabled: can('listMyPages') });
  if (data === undefined || data.pages.length === 0) return null;
  return (
    <Section title="You are called">
      <ul className={styles.list}>
        {data.pages.map((page) => (
          <li key={page.id} className={styles.row} data-testid={testIds.now.myPage}>
            <Row page={page} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Row({ page }: { page: MyPage }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  return (
    <>
      <SeverityBadge severity={page.severity} />
      <span className={styles.words}>
        <TextLink href={paths.incident(page.incident, 'mobilisation')} inline={false}>{`${incidentKey(page.incident)} ${page.title}`}</TextLink>
        <span className={styles.when}>
          {page.role === null ? '' : `For ${roleName(page.role).toLowerCase()}, `}
          {page.times === 1 ? 'called ' : `called ${page.times} times, last `}
          <Instant at={page.sentAt} />
        </span>
      </span>
      {can('answerPage') && <PageAnswers incident={page.incident} page={page.id} />}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css({ ...boxStyle(theme), flexWrap: 'wrap', alignItems: 'center', background: theme.colors.background.secondary }),
  words: css({ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }),
  when: css({ display: 'block', color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
