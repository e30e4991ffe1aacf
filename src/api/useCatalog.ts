import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, ExportFormat } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys, type QueryKey } from './queryKeys.ts';

const PAGE_ROWS = 500;
/** While the live stream is away, what alerts make of services still moves on this often. */
const SAFETY_REFETCH_MS = 30_000;

/** Every service: the page filters, searches and draws all of them. */
export function useServices() {
  return useQuery({
    queryKey: [...queryKeys.catalog, 'services'],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listServices', { query: { limit: PAGE_ROWS, cursor } }, { signal })),
  });
}

export function useServiceStates() {
  return useQuery({
    queryKey: queryKeys.serviceStates,
    queryFn: ({ signal }) => callApi('getServiceStates', {}, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useBusinessServices() {
  return useQuery({
    queryKey: [...queryKeys.catalog, 'business'],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listBusinessServices', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

export function useUnresolved() {
  return useQuery({
    queryKey: queryKeys.unresolved,
    queryFn: ({ signal }) => callApi('listUnresolved', {}, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useChanges(query: { service?: string; limit: number }, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    enabled,
    queryKey: [...queryKeys.changes, query],
    queryFn: ({ signal }) => callApi('listChanges', { query }, { signal }),
  });
}

export function useProposals(state: 'open' | 'accepted' | 'rejected') {
  return useQuery({
    queryKey: [...queryKeys.proposals, state],
    queryFn: ({ signal }) => callApi('listProposals', { query: { state, limit: 200 } }, { signal }),
  });
}

function useChange<C, R>(change: (call: C) => Promise<R>, touched: QueryKey = queryKeys.catalog) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: touched }) });
}

export function useCreateService() {
  return useChange((body: CallOf<'createService'>['body']) => callApi('createService', { body }));
}

export function usePutService() {
  return useChange(({ name, version, body }: { name: string; version: number; body: CallOf<'putService'>['body'] }) =>
    callApi('putService', { params: { service: name }, body }, { ifMatch: version })
  );
}

export function useDeleteService() {
  return useChange(({ name, version }: { name: string; version: number }) => callApi('deleteService', { params: { service: name } }, { ifMatch: version }));
}

/** What can be imported, and by which operation. */
export const IMPORTS = { services: 'importServices', 'business services': 'importBusinessServices', infrastructure: 'importInfrastructure' } as const;

export function useImportCsv(of: keyof typeof IMPORTS) {
  return useChange((body: { csv: string; dryRun: boolean }) => callApi(IMPORTS[of], { body }));
}

/** The catalogue as a file, when somebody asks for it. */
export function useExportCatalog() {
  return useMutation({ mutationFn: (format: ExportFormat) => callApi('exportCatalog', { query: { format } }) });
}

export function useCreateBusinessService() {
  return useChange((body: CallOf<'createBusinessService'>['body']) => callApi('createBusinessService', { body }));
}

export function usePutBusinessService() {
  return useChange(({ name, version, body }: { name: string; version: number; body: CallOf<'putBusinessService'>['body'] }) =>
    callApi('putBusinessService', { params: { businessService: name }, body }, { ifMatch: version })
  );
}

export function useDeleteBusinessService() {
  return useChange(({ name, version }: { name: string; version: number }) => callApi('deleteBusinessService', { params: { businessService: name } }, { ifMatch: version }));
}

export function useInfrastructure() {
  return useQuery({
    queryKey: [...queryKeys.catalog, 'infrastructure'],
    queryFn: ({ signal }) => callApi('getInfrastructure', {}, { signal }),
  });
}

export function useEditInfrastructure() {
  return useChange(({ version, body }: { version: number; body: CallOf<'editInfrastructure'>['body'] }) => callApi('editInfrastructure', { body }, { ifMatch: version }));
}

export function useLearnDependencies() {
  return useChange((_: undefined) => callApi('learnDependencies', {}));
}

export function useDecideProposal() {
  return useChange(({ id, accept }: { id: string; accept: boolean }) =>
    accept ? callApi('acceptProposal', { params: { id }, body: {} }) : callApi('rejectProposal', { params: { id } })
  );
}
