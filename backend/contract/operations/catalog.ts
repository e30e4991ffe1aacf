/** Operations on services, topology, changes, and labels that are derived. */
import { z } from 'zod';
import {
  acceptProposalBody, businessService, businessServicePage, catalogExport, catalogName, createBusinessServiceBody, createServiceBody, dependencyProposal,
  editBusinessServiceBody, editInfrastructureBody, editServiceBody, exportQuery, importBody, importResult, infrastructure, infrastructureDocument, learnResult, proposalListQuery, proposalPage,
  service, serviceListQuery, servicePage, serviceStateList, unresolvedList,
} from '../catalog.ts';
import { changeBody, changeListQuery, changePage, recordedChange } from '../changes.ts';
import {
  createRuleBody, createTableBody, derivedLabels, editRuleBody, editTableBody, enrichmentTable, extractionRule, rulePage, tablePage, tryDerivationBody,
} from '../derivation.ts';
import { byId, byNumber, op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';

const byService = z.object({ service: catalogName });
const byBusinessService = z.object({ businessService: catalogName });

export const catalogOperations = {
  listServices: op({ method: 'get', path: '/services', summary: 'Services by words, team or tier', tag: 'Catalog', query: serviceListQuery, response: servicePage }),
  createService: op({ method: 'post', path: '/services', summary: 'Add a service', tag: 'Catalog', body: createServiceBody, response: service, status: 201 }),
  getService: op({ method: 'get', path: '/services/{service}', summary: 'One service', tag: 'Catalog', params: byService, response: service }),
  putService: op({
    method: 'put', path: '/services/{service}', summary: 'Change a service', tag: 'Catalog', params: byService, body: editServiceBody, response: service, ifMatch: 'required',
  }),
  deleteService: op({
    method: 'delete', path: '/services/{service}', summary: 'Remove a service and what is known of its dependencies', tag: 'Catalog', params: byService, response: okBody,
    ifMatch: 'required',
  }),
  getServiceStates: op({ method: 'get', path: '/service-states', summary: 'Services that fail, are degraded or at risk', tag: 'Catalog', response: serviceStateList }),
  importServices: op({ method: 'post', path: '/catalog/import', summary: 'Add or change services by CSV; a dry run says what would happen', tag: 'Catalog', body: importBody, response: importResult }),
  exportCatalog: op({ method: 'get', path: '/catalog/export', summary: 'The catalogue as services.yaml, or its services, business services or infrastructure as CSV', tag: 'Catalog', query: exportQuery, response: catalogExport }),
  listBusinessServices: op({ method: 'get', path: '/business-services', summary: 'What the business sees, with tier and SLO', tag: 'Catalog', query: pageQuery, response: businessServicePage }),
  createBusinessService: op({
    method: 'post', path: '/business-services', summary: 'Add a business service', tag: 'Catalog', body: createBusinessServiceBody, response: businessService, status: 201,
  }),
  putBusinessService: op({
    method: 'put', path: '/business-services/{businessService}', summary: 'Change a business service', tag: 'Catalog',
    params: byBusinessService, body: editBusinessServiceBody, response: businessService, ifMatch: 'required',
  }),
  deleteBusinessService: op({
    method: 'delete', path: '/business-services/{businessService}', summary: 'Remove a business service; its services stay', tag: 'Catalog', params: byBusinessService, response: okBody,
    ifMatch: 'required',
  }),
  importBusinessServices: op({
    method: 'post', path: '/business-services/import', summary: 'Add or change business services by CSV; a dry run says what would happen', tag: 'Catalog',
    body: importBody, response: importResult,
  }),
  getInfrastructure: op({ method: 'get', path: '/infrastructure', summary: 'Clusters, racks, hosts and instances', tag: 'Catalog', response: infrastructureDocument }),
  putInfrastructure: op({
    method: 'put', path: '/infrastructure', summary: 'Replace what is not provisioned of it', tag: 'Catalog', body: infrastructure, response: infrastructureDocument, ifMatch: 'required',
  }),
  editInfrastructure: op({
    method: 'patch', path: '/infrastructure', summary: 'Add, change or remove single places that are not provisioned', tag: 'Catalog',
    body: editInfrastructureBody, response: infrastructureDocument, ifMatch: 'required',
  }),
  importInfrastructure: op({
    method: 'post', path: '/infrastructure/import', summary: 'Add or change places by CSV; a dry run says what would happen', tag: 'Catalog', body: importBody, response: importResult,
  }),

  listProposals: op({ method: 'get', path: '/dependency-proposals', summary: 'Dependencies learned from alerts, with evidence', tag: 'Catalog', query: proposalListQuery, response: proposalPage }),
  learnDependencies: op({ method: 'post', path: '/dependency-proposals/learn', summary: 'Look through the alerts for dependencies now', tag: 'Catalog', response: learnResult }),
  acceptProposal: op({
    method: 'post', path: '/dependency-proposals/{id}/accept', summary: 'Take a proposed dependency into the topology', tag: 'Catalog',
    params: byId, body: acceptProposalBody, response: dependencyProposal,
  }),
  rejectProposal: op({ method: 'post', path: '/dependency-proposals/{id}/reject', summary: 'Reject it; it is not proposed again', tag: 'Catalog', params: byId, response: dependencyProposal }),
  listUnresolved: op({ method: 'get', path: '/unresolved-alerts', summary: 'Firing alerts without a service, and why', tag: 'Catalog', response: unresolvedList }),

  listChanges: op({ method: 'get', path: '/changes', summary: 'Deploys and other changes, newest first', tag: 'Catalog', query: changeListQuery, response: changePage }),
  recordChange: op({ method: 'post', path: '/changes', summary: 'Tell of a change', tag: 'Catalog', body: changeBody, response: recordedChange, status: 201 }),
  listIncidentChanges: op({
    method: 'get', path: '/incidents/{number}/changes', summary: 'Changes near an incident, by service and time', tag: 'Catalog',
    params: byNumber, query: pageQuery, response: changePage,
  }),

  listEnrichmentTables: op({ method: 'get', path: '/enrichment-tables', summary: 'Tables that add labels', tag: 'Catalog', query: pageQuery, response: tablePage }),
  createEnrichmentTable: op({ method: 'post', path: '/enrichment-tables', summary: 'Add a table', tag: 'Catalog', body: createTableBody, response: enrichmentTable, status: 201 }),
  putEnrichmentTable: op({
    method: 'put', path: '/enrichment-tables/{id}', summary: 'Replace a table', tag: 'Catalog', params: byId, body: editTableBody, response: enrichmentTable, ifMatch: 'required',
  }),
  deleteEnrichmentTable: op({ method: 'delete', path: '/enrichment-tables/{id}', summary: 'Remove a table', tag: 'Catalog', params: byId, response: okBody, ifMatch: 'required' }),
  listExtractionRules: op({ method: 'get', path: '/extraction-rules', summary: 'Patterns that add labels', tag: 'Catalog', query: pageQuery, response: rulePage }),
  createExtractionRule: op({ method: 'post', path: '/extraction-rules', summary: 'Add a pattern', tag: 'Catalog', body: createRuleBody, response: extractionRule, status: 201 }),
  putExtractionRule: op({
    method: 'put', path: '/extraction-rules/{id}', summary: 'Change a pattern; takes a flag off it', tag: 'Catalog', params: byId, body: editRuleBody, response: extractionRule, ifMatch: 'required',
  }),
  deleteExtractionRule: op({ method: 'delete', path: '/extraction-rules/{id}', summary: 'Remove a pattern', tag: 'Catalog', params: byId, response: okBody, ifMatch: 'required' }),
  tryDerivation: op({ method: 'post', path: '/derivation/try', summary: 'What would be derived from these labels', tag: 'Catalog', body: tryDerivationBody, response: derivedLabels }),
} as const;
