import { css, cx } from '@emotion/css';
import { memo } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { Handle, Position, useStore, type Node, type NodeProps, type ReactFlowState } from '@xyflow/react';
import type { ServiceHealth } from '#contract';
import { NODE_HEIGHT, NODE_WIDTH } from '../../model/graphLayout.ts';
import { HEALTH_LABELS } from '../../model/services.ts';
import { HEALTH_ICONS, healthColors } from '../healthColors.ts';

export type ServiceNodeType = Node<{
  readonly health: ServiceHealth;
  readonly detail: string;
  readonly isOrigin: boolean;
  readonly isDim: boolean;
  readonly isChosen: boolean;
}, 'service'>;

/** From so far away no text can be read: the colour alone is drawn. */
const FAR_ZOOM = 0.3;
const isFar = ({ transform }: ReactFlowState): boolean => transform[2] < FAR_ZOOM;

/** One service of the graph. */
export const ServiceNode = memo(function ServiceNode({ id, data }: NodeProps<ServiceNodeType>) {
  const styles = useStyles2(getStyles, data.health);
  const far = useStore(isFar);
  return (
    <div className={cx(styles.node, data.isDim && styles.dim, data.isChosen && styles.chosen)} title={`${id}: ${HEALTH_LABELS[data.health]}${data.isOrigin ? ', probable origin' : ''}`}>
      <Handle type="target" position={Position.Left} className={styles.handle} isConnectable={false} />
      {!far && <Words id={id} data={data} />}
      <Handle type="source" position={Position.Right} className={styles.handle} isConnectable={false} />
    </div>
  );
});

function Words({ id, data }: Pick<NodeProps<ServiceNodeType>, 'id' | 'data'>) {
  const styles = useStyles2(getStyles, data.health);
  return (
    <>
      <div className={styles.name}>
        {data.health !== 'ok' && <Icon key={data.health} name={HEALTH_ICONS[data.health]} size="sm" aria-hidden />}
        <span className={styles.text}>{id}</span>
      </div>
      <div className={styles.detail}>{data.isOrigin ? 'Probable origin' : data.health === 'ok' ? data.detail : HEALTH_LABELS[data.health]}</div>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2, health: ServiceHealth) => {
  const colors = healthColors(theme, health);
  return {
    node: css({
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      padding: theme.spacing(0.5, 1),
      background: theme.colors.background.primary,
      backgroundImage: `linear-gradient(${colors.background}, ${colors.background})`,
      border: `1px solid ${colors.border}`,
      borderRadius: theme.shape.radius.default,
      color: theme.colors.text.primary,
      fontSize: theme.typography.bodySmall.fontSize,
      lineHeight: 1.3,
    }),
    dim: css({ opacity: 0.3 }),
    chosen: css({ outline: `2px solid ${theme.colors.primary.border}` }),
    name: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), fontWeight: theme.typography.fontWeightMedium, color: health === 'ok' ? theme.colors.text.primary : colors.text }),
    text: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    detail: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', color: theme.colors.text.secondary }),
    handle: css({ opacity: 0, pointerEvents: 'none' }),
  };
};
