/** The audiences that Muster brings. Pure. */
import { putCommunicationBody, type CommunicationBody } from '#contract';

const SUMMARY = { key: 'summary', label: 'What is happening', requiredFor: ['sev1', 'sev2'], help: 'Say what is known, not what is guessed.' } as const;
const ACTION = { key: 'action', label: 'What is being done' } as const;
const NONE = { sev1: null, sev2: null, sev3: null, sev4: null, sev5: null } as const;

/** Nobody is told anything outside without a second person; nothing is published by itself. */
export const DEFAULT_COMMUNICATION: CommunicationBody = putCommunicationBody.parse({
  remindMinutes: 5,
  audiences: [
    {
      id: 'internal', name: 'Internal', kind: 'internal', approval: 'none', cadence: { ...NONE, sev1: 30, sev2: 60 },
      subject: '{{ incident.severity }} {{ incident.key }} {{ incident.title }}: {{ update.phase }}',
      text: [
        '{{ fields.summary }}', '', '{{ fields.action }}', '', '**State:** {{ update.phase }}', '**Commander:** {{ incident.commander }}', '**Affected:** {{ incident.services }}',
        '**Next update:** {{ update.nextUpdate }}',
      ].join('\n'),
      fields: [SUMMARY, ACTION],
    },
    {
      id: 'executive', name: 'Executives', kind: 'executive', approval: 'anybody', cadence: { ...NONE, sev1: 60 }, clockFrom: 'first_update',
      subject: '{{ incident.severity }}: {{ incident.title }} ({{ update.phase }})',
      text: ['{{ fields.summary }}', '', '**Impact:** {{ fields.impact }}', '**Business services:** {{ incident.businessServices }}', '**Since:** {{ incident.startedAt }}', '**Next update:** {{ update.nextUpdate }}'].join('\n'),
      fields: [SUMMARY, { key: 'impact', label: 'Impact on the business', requiredFor: ['sev1'] }],
    },
    {
      id: 'customer', name: 'Customers', kind: 'customer', approval: 'second_person', cadence: { ...NONE, sev1: 30, sev2: 60 }, clockFrom: 'first_update', statusPage: true,
      subject: '{{ fields.title }}',
      text: ['{{ fields.summary }}', '', '{{ fields.workaround }}', '', 'Next update: {{ update.nextUpdate }}'].join('\n'),
      fields: [
        { key: 'title', label: 'Title', multiline: false, requiredFor: ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'], help: 'What customers notice, in their words.' },
        { ...SUMMARY, requiredFor: ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'] },
        { key: 'workaround', label: 'What customers can do meanwhile' },
      ],
    },
    {
      id: 'regulator', name: 'Regulator', kind: 'regulator', approval: 'second_person', clockFrom: 'first_update',
      subject: 'Incident notification {{ incident.key }}: {{ update.phase }}',
      text: [
        '**Began:** {{ incident.startedAt }}', '**Known since:** {{ incident.declaredAt }}', '**Ended:** {{ incident.resolvedAt }}', '', '**Nature:** {{ fields.summary }}', '',
        '**Affected:** {{ fields.affected }}', '', '**Consequences:** {{ fields.consequences }}', '', '**Measures:** {{ fields.action }}', '', '**Contact:** {{ fields.contact }}',
      ].join('\n'),
      fields: [
        { ...SUMMARY, label: 'Nature of the incident' }, { key: 'affected', label: 'Who and what is affected, and how many', requiredFor: ['sev1', 'sev2'] },
        { key: 'consequences', label: 'Likely consequences' }, { ...ACTION, label: 'Measures taken and planned', requiredFor: ['sev1', 'sev2'] },
        { key: 'contact', label: 'Who can be asked', multiline: false, requiredFor: ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'] },
      ],
    },
  ],
});
