/** The few words and times that updates bring along, in the languages of audiences. Pure. */
import type { ComponentState, UpdateLanguage, UpdatePhase } from '#contract';

const PHASES: Readonly<Record<UpdateLanguage, Readonly<Record<UpdatePhase, string>>>> = {
  en: { investigating: 'Investigating', identified: 'Identified', monitoring: 'Monitoring', resolved: 'Resolved' },
  de: { investigating: 'In Untersuchung', identified: 'Ursache gefunden', monitoring: 'Unter Beobachtung', resolved: 'Behoben' },
  fr: { investigating: 'En cours d’analyse', identified: 'Cause identifiée', monitoring: 'Sous surveillance', resolved: 'Résolu' },
  es: { investigating: 'En investigación', identified: 'Causa identificada', monitoring: 'En observación', resolved: 'Resuelto' },
};

const STATES: Readonly<Record<UpdateLanguage, Readonly<Record<ComponentState, string>>>> = {
  en: { operational: 'Operational', under_maintenance: 'Under maintenance', degraded_performance: 'Degraded', partial_outage: 'Partial outage', major_outage: 'Major outage' },
  de: { operational: 'In Betrieb', under_maintenance: 'Wartung', degraded_performance: 'Beeinträchtigt', partial_outage: 'Teilausfall', major_outage: 'Ausfall' },
  fr: { operational: 'Opérationnel', under_maintenance: 'En maintenance', degraded_performance: 'Dégradé', partial_outage: 'Panne partielle', major_outage: 'Panne majeure' },
  es: { operational: 'Operativo', under_maintenance: 'En mantenimiento', degraded_performance: 'Degradado', partial_outage: 'Interrupción parcial', major_outage: 'Interrupción grave' },
};

/** A phase in words. */
export function phaseWord(phase: UpdatePhase, language: UpdateLanguage): string {
  return PHASES[language][phase];
}

/** The state of a component in words. */
export function stateWord(state: ComponentState, language: UpdateLanguage): string {
  return STATES[language][state];
}

/** A point in time as people of that language and zone read it, with the name of the zone. */
export function timeText(ms: number, language: UpdateLanguage, timeZone: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(ms);
}
