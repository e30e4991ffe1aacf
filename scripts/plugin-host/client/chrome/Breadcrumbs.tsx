import { css, cx } from '@emotion/css';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { breadcrumbsOf } from '../nav.ts';
import { useStore } from '../store.ts';
import { pageState } from './chromeState.ts';

export function Breadcrumbs() {
  const styles = useStyles2(getStyles);
  const { navModel, pageNav } = useStore(pageState);
  const crumbs = breadcrumbsOf(navModel.node, pageNav);
  return (
    <nav aria-label="Breadcrumbs" className={styles.nav}>
      <ol className={styles.list}>
        {crumbs.map(({ text, href }, index) => {
          const isLast = index === crumbs.length - 1;
          return (
            <li key={`${index}-${href}`} className={cx(styles.item, isLast && styles.last)}>
              {isLast ? (
                <span aria-current="page" className={styles.text} title={text}>
                  {text}
                </span>
              ) : (
                <>
                  <Link className={cx(styles.text, styles.link)} to={href} title={text}>
                    {text}
                  </Link>
                  <Icon name="angle-right" className={styles.separator} aria-hidden />
                </>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  nav: css({ minWidth: 0, overflow: 'hidden' }),
  list: css({ display: 'flex', alignItems: 'center', flexWrap: 'nowrap', listStyle: 'none', minWidth: 0 }),
  item: css({
    display: 'flex',
    alignItems: 'center',
    minWidth: 40,
    flexShrink: 1,
    [theme.breakpoints.down('sm')]: { display: 'none' },
  }),
  last: css({ [theme.breakpoints.down('sm')]: { display: 'flex' } }),
  text: css({
    padding: theme.spacing(0.25, 0.5),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.primary,
    borderRadius: theme.shape.radius.default,
  }),
  link: css({
    color: theme.colors.text.secondary,
    '&:hover': { textDecoration: 'underline' },
  }),
  separator: css({ color: theme.colors.text.secondary, flexShrink: 0 }),
});
