import { css } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';

interface Props extends Pick<PluginPageProps, 'renderTitle' | 'subTitle' | 'actions' | 'info'> {
  nav: NavModelItem;
}

/** Title with picture, facts and actions beside it, the subtitle below. */
export function PageHeader({ nav, renderTitle, subTitle = nav.subTitle, actions, info }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.header}>
      <div className={styles.top}>
        <div className={styles.title}>
          {nav.img !== undefined && <img className={styles.img} src={nav.img} alt={`logo for ${nav.text}`} />}
          {renderTitle === undefined ? <h1 className={styles.h1}>{nav.text}</h1> : renderTitle(nav.text)}
        </div>
        {info !== undefined && <PageInfo info={info} />}
        <div className={styles.actions}>{actions}</div>
      </div>
      {Boolean(subTitle) && <div className={styles.subTitle}>{subTitle}</div>}
    </div>
  );
}

function PageInfo({ info }: Required<Pick<Props, 'info'>>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.info}>
      {info.map(({ label, value }) => (
        <div key={label} className={styles.infoItem}>
          <span className={styles.infoLabel}>{label}</span>
          {value}
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), marginBottom: theme.spacing(3) }),
  top: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1, 3) }),
  title: css({ display: 'flex', alignItems: 'center', flex: '1 1 auto', minWidth: 0, gap: theme.spacing(2) }),
  h1: css({ display: 'flex', margin: 0, overflowWrap: 'anywhere' }),
  img: css({ width: 32, height: 32 }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  subTitle: css({ color: theme.colors.text.secondary }),
  info: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 3) }),
  infoItem: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  infoLabel: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
