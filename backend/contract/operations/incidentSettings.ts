/** Operations on what an organisation sets for its incidents. */
import {
  declarePolicy, declarePolicyDocument, incidentTypes, incidentTypesDocument, severityPolicy, severityPolicyDocument,
} from '../incidentSettings.ts';
import { op } from '../operation.ts';

export const incidentSettingsOperations = {
  getDeclarePolicy: op({
    method: 'get', path: '/incident-settings/declare-policy', summary: 'When incidents are ignored, proposed or declared', tag: 'Incidents',
    response: declarePolicyDocument, ifMatch: 'optional',
  }),
  putDeclarePolicy: op({
    method: 'put', path: '/incident-settings/declare-policy', summary: 'Replace the declare policy', tag: 'Incidents',
    body: declarePolicy, response: declarePolicyDocument, ifMatch: 'required',
  }),
  getSeverityPolicy: op({
    method: 'get', path: '/incident-settings/severity', summary: 'How impact and urgency make a severity', tag: 'Incidents',
    response: severityPolicyDocument, ifMatch: 'optional',
  }),
  putSeverityPolicy: op({
    method: 'put', path: '/incident-settings/severity', summary: 'Replace the severity matrix', tag: 'Incidents',
    body: severityPolicy, response: severityPolicyDocument, ifMatch: 'required',
  }),
  getIncidentTypes: op({
    method: 'get', path: '/incident-settings/types', summary: 'Incident types and their fields', tag: 'Incidents',
    response: incidentTypesDocument, ifMatch: 'optional',
  }),
  putIncidentTypes: op({
    method: 'put', path: '/incident-settings/types', summary: 'Replace the incident types', tag: 'Incidents',
    body: incidentTypes, response: incidentTypesDocument, ifMatch: 'required',
  }),
} as const;
