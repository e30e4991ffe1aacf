/** The words of the status page, in its languages. Pure. */
import type { ComponentState, UpdateLanguage } from '#contract';

export interface PageWords {
  readonly overall: Readonly<Record<ComponentState, string>>;
  readonly components: string;
  readonly ongoing: string;
  readonly maintenance: string;
  readonly running: string;
  readonly history: string;
  readonly noHistory: string;
  readonly allHistory: string;
  readonly back: string;
  readonly corrected: string;
  readonly began: string;
  readonly resolved: string;
  readonly uptime: string;
  readonly days: (bad: number, all: number) => string;
  readonly asOf: string;
  readonly subscribe: string;
  readonly contact: string;
  readonly feeds: string;
  readonly skip: string;
}

const WORDS: Readonly<Record<UpdateLanguage, PageWords>> = {
  en: {
    overall: { operational: 'Everything works', under_maintenance: 'Maintenance is under way', degraded_performance: 'Some things are slow or limited', partial_outage: 'Some things do not work', major_outage: 'There is a major outage' },
    components: 'Components', ongoing: 'Happening now', maintenance: 'Planned maintenance', running: 'running now', history: 'History', noHistory: 'Nothing was reported in this time.', allHistory: 'Full history', back: 'Back to the status', corrected: 'corrected', began: 'Began', resolved: 'Resolved',
    uptime: 'Uptime', days: (bad, all) => (bad === 0 ? `No trouble in the last ${all} days` : `Trouble on ${bad} of the last ${all} days`), asOf: 'As of', subscribe: 'Subscribe by e-mail', contact: 'Contact', feeds: 'Feeds', skip: 'Skip to the content',
  },
  de: {
    overall: { operational: 'Alles funktioniert', under_maintenance: 'Wartung läuft', degraded_performance: 'Einiges ist langsam oder eingeschränkt', partial_outage: 'Einiges funktioniert nicht', major_outage: 'Es gibt einen größeren Ausfall' },
    components: 'Komponenten', ongoing: 'Gerade jetzt', maintenance: 'Geplante Wartung', running: 'läuft gerade', history: 'Verlauf', noHistory: 'In dieser Zeit wurde nichts gemeldet.', allHistory: 'Ganzer Verlauf', back: 'Zurück zum Status', corrected: 'berichtigt', began: 'Beginn', resolved: 'Behoben',
    uptime: 'Verfügbarkeit', days: (bad, all) => (bad === 0 ? `Keine Störung in den letzten ${all} Tagen` : `Störungen an ${bad} der letzten ${all} Tage`), asOf: 'Stand', subscribe: 'Per E-Mail abonnieren', contact: 'Kontakt', feeds: 'Feeds', skip: 'Zum Inhalt',
  },
  fr: {
    overall: { operational: 'Tout fonctionne', under_maintenance: 'Maintenance en cours', degraded_performance: 'Certains services sont ralentis ou limités', partial_outage: 'Certains services ne fonctionnent pas', major_outage: 'Une panne majeure est en cours' },
    components: 'Composants', ongoing: 'En ce moment', maintenance: 'Maintenance prévue', running: 'en cours', history: 'Historique', noHistory: 'Rien n’a été signalé sur cette période.', allHistory: 'Historique complet', back: 'Retour à l’état', corrected: 'corrigé', began: 'Début', resolved: 'Résolu',
    uptime: 'Disponibilité', days: (bad, all) => (bad === 0 ? `Aucun incident ces ${all} derniers jours` : `Incidents sur ${bad} des ${all} derniers jours`), asOf: 'État au', subscribe: 'S’abonner par e-mail', contact: 'Contact', feeds: 'Flux', skip: 'Aller au contenu',
  },
  es: {
    overall: { operational: 'Todo funciona', under_maintenance: 'Mantenimiento en curso', degraded_performance: 'Algunos servicios van lentos o limitados', partial_outage: 'Algunos servicios no funcionan', major_outage: 'Hay una interrupción grave' },
    components: 'Componentes', ongoing: 'Ahora mismo', maintenance: 'Mantenimiento previsto', running: 'en curso', history: 'Historial', noHistory: 'No se comunicó nada en este periodo.', allHistory: 'Historial completo', back: 'Volver al estado', corrected: 'corregido', began: 'Inicio', resolved: 'Resuelto',
    uptime: 'Disponibilidad', days: (bad, all) => (bad === 0 ? `Sin problemas en los últimos ${all} días` : `Problemas en ${bad} de los últimos ${all} días`), asOf: 'A fecha de', subscribe: 'Suscribirse por correo', contact: 'Contacto', feeds: 'Canales', skip: 'Ir al contenido',
  },
};

/** The words of a language. */
export function pageWords(language: UpdateLanguage): PageWords {
  return WORDS[language];
}
