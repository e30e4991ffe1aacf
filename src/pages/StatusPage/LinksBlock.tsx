import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Input, useStyles2 } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { useCreatePageLink, useRevokePageLink, useStatusPageLinks } from '../../api/useStatusPage.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';

/** Links that open a private page. */
export function LinksBlock() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const links = useStatusPageLinks({ enabled: can('listStatusPageLinks') });
  const create = useCreatePageLink();
  const revoke = useRevokePageLink();
  const [name, setName] = useState('');

  function make(): void {
    if (name.trim() === '' || create.isPending) return;
    create.mutate(name, { onSuccess: () => setName(''), onError: (error) => toast.failed(error) });
  }

  if (!can('listStatusPageLinks')) return null;
  return (
    <section className={styles.part} aria-labelledby="muster-page-links">
      <h3 id="muster-page-links" className={styles.title}>
        Links to the private page
      </h3>
      {create.data !== undefined && (
        <Alert severity="success" title={`The link for ${create.data.link.name}. It is shown this once.`}>
          <CopyBlock label="Link" text={create.data.url ?? create.data.path} />
        </Alert>
      )}
      {links.data?.map((link) => (
        <div key={link.id} className={styles.row}>
          <span>
            {`${link.name} (…${link.hint}), made by ${link.createdBy} `}
            <Instant at={link.createdAt} />
          </span>
          {can('revokeStatusPageLink') && (
            <Button type="button" size="sm" variant="destructive" fill="outline" disabled={revoke.isPending} aria-label={`Revoke ${link.name}`} onClick={() => revoke.mutate(link.id, { onError: (error) => toast.failed(error) })}>
              Revoke
            </Button>
          )}
        </div>
      ))}
      {can('createStatusPageLink') && (
        <div className={styles.add}>
          <Input aria-label="Who the link is for" placeholder="Who is it for?" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Button type="button" variant="secondary" disabled={name.trim() === '' || create.isPending} onClick={make}>
            Make a link
          </Button>
        </div>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  row: css(rowStyle(theme)),
  add: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
