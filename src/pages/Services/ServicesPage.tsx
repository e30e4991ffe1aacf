import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { Button, Dropdown, EmptyState, Menu, Stack } from '@grafana/ui';
import type { ExportFormat } from '#contract';
import { IMPORTS, useExportCatalog, useServices, useServiceStates } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { useToast } from '../../hooks/useToast.ts';
import { listedServices, type ListedService } from '../../model/services.ts';
import { paths, SERVICE_TABS, type ServiceTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { BusinessTab } from './BusinessTab.tsx';
import { CatalogueTab } from './CatalogueTab.tsx';
import { ChangesTab } from './ChangesTab.tsx';
import { GraphTab } from './GraphTab.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { InfrastructureTab } from './InfrastructureTab.tsx';
import { ProposalsTab } from './ProposalsTab.tsx';
import { ServiceDrawer } from './ServiceDrawer.tsx';
import { ServiceForm } from './ServiceForm.tsx';
import { UnresolvedTab } from './UnresolvedTab.tsx';

const TAB_NAMES: Readonly<Record<ServiceTab, string>> = {
  catalogue: 'Catalogue', graph: 'Graph', business: 'Business services', infrastructure: 'Infrastructure', changes: 'Changes', proposals: 'Learned dependencies', unresolved: 'Unresolved alerts',
};

type Dialog = { readonly kind: 'import' } | { readonly kind: 'edit'; readonly service: string | null };

export function ServicesPage() {
  const tab = useQueryTab(SERVICE_TABS);
  const can = useCan();
  const toast = useToast();
  const exporting = useExportCatalog();
  const [search, setSearch] = useSearchParams();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const services = useServices();
  const states = useServiceStates();
  const chosen = search.get('service');
  const choose = useCallback(
    (service: string | null) =>
      setSearch((present) => {
        const next = new URLSearchParams(present);
        next.delete('service');
        if (service !== null) {
          next.set('service', service);
        }
        return next;
      }, { replace: true }),
    [setSearch]
  );
  const listed = useMemo(() => listedServices(services.data ?? [], states.data?.items ?? []), [services.data, states.data]);
  const close = (): void => setDialog(null);
  const imported = tab === 'infrastructure' ? 'infrastructure' : tab === 'business' ? 'business services' : 'services';

  function save(format: ExportFormat): void {
    exporting.mutate(format, {
      onSuccess: ({ fileName, text }) => {
        const address = URL.createObjectURL(new Blob([text], { type: format === 'yaml' ? 'application/yaml' : 'text/csv' }));
        Object.assign(document.createElement('a'), { href: address, download: fileName }).click();
        URL.revokeObjectURL(address);
      },
      onError: (error) => toast.failed(error),
    });
  }

  return (
    <Page
      testId={testIds.services.page}
      pageNav={{
        text: 'Services',
        url: paths.services(),
        children: SERVICE_TABS.map((id) => ({ id, text: TAB_NAMES[id], url: paths.services(id), active: id === tab })),
      }}
      actions={
        <Stack gap={1} wrap="wrap">
          <Dropdown
            overlay={
              <Menu>
                <Menu.Item label="All of it as services.yaml" icon="file-alt" onClick={() => save('yaml')} />
                <Menu.Item label="Services as CSV" icon="table" onClick={() => save('csv')} />
                <Menu.Item label="Business services as CSV" icon="table" onClick={() => save('business-csv')} />
                <Menu.Item label="Infrastructure as CSV" icon="table" onClick={() => save('infrastructure-csv')} />
              </Menu>
            }
          >
            <Button variant="secondary" icon="download-alt" disabled={exporting.isPending}>
              Export
            </Button>
          </Dropdown>
          {can(IMPORTS[imported]) && (
            <Button variant="secondary" icon="upload" onClick={() => setDialog({ kind: 'import' })}>
              Import CSV
            </Button>
          )}
          {can('createService') && (
            <Button icon="plus" onClick={() => setDialog({ kind: 'edit', service: null })}>
              Add service
            </Button>
          )}
        </Stack>
      }
    >
      {tab === 'proposals' ? (
        <ProposalsTab />
      ) : tab === 'unresolved' ? (
        <UnresolvedTab />
      ) : tab === 'changes' ? (
        <ChangesTab onChoose={choose} />
      ) : tab === 'infrastructure' ? (
        <InfrastructureTab services={services.data ?? []} onService={choose} />
      ) : (
        <QueryView query={services} loading={<Skeleton rows={8} height={40} />}>
          {(all) =>
            tab === 'business' ? (
              <BusinessTab listed={listed} onService={choose} />
            ) : all.length === 0 ? (
              <NoServices />
            ) : tab === 'graph' ? (
              <GraphTab listed={listed} chosen={chosen} onChoose={choose} />
            ) : (
              <CatalogueTab listed={listed} onChoose={choose} />
            )
          }
        </QueryView>
      )}
      {chosen !== null && services.data !== undefined && (
        <ServiceDrawer
          name={chosen}
          listed={listed.find(({ service }: ListedService) => service.name === chosen) ?? null}
          services={services.data}
          onChoose={choose}
          onEdit={() => setDialog({ kind: 'edit', service: chosen })}
        />
      )}
      {dialog?.kind === 'import' && <ImportDialog of={imported} onClose={close} />}
      {dialog?.kind === 'edit' && <ServiceForm service={services.data?.find(({ name }) => name === dialog.service) ?? null} services={services.data ?? []} onClose={close} />}
    </Page>
  );
}

function NoServices() {
  return (
    <EmptyState variant="call-to-action" message="The catalogue is empty">
      With services and what they need, Muster tells causes from symptoms and says who is affected. Add them here, import a CSV, or keep them in
      provisioning/muster/services.yaml.
    </EmptyState>
  );
}
