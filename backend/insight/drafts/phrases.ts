/** Sentences of drafts for people who are no engineers, in the languages of audiences. Pure. */
import type { ComponentState, UpdateLanguage, UpdatePhase } from '#contract';

export interface Phrases {
  /** What is hurt, and how badly: a title. */
  readonly title: Readonly<Record<ComponentState, (names: string) => string>>;
  /** The same as a sentence. */
  readonly hurts: Readonly<Record<ComponentState, (names: string) => string>>;
  /** When nothing has a name that people outside know. */
  readonly someService: string;
  readonly since: (time: string) => string;
  readonly progress: Readonly<Record<UpdatePhase, string>>;
  readonly over: (names: string, from: string, until: string) => string;
  readonly users: (count: string) => string;
  readonly measures: Readonly<Record<UpdatePhase, string>>;
}

export const PHRASES: Readonly<Record<UpdateLanguage, Phrases>> = {
  en: {
    title: {
      operational: (names) => `${names}: working normally`, under_maintenance: (names) => `${names}: maintenance`, degraded_performance: (names) => `${names}: slow or failing at times`,
      partial_outage: (names) => `${names}: partly unavailable`, major_outage: (names) => `${names}: unavailable`,
    },
    hurts: {
      operational: (names) => `${names} can be used as usual.`, under_maintenance: (names) => `Work is being done on ${names}.`, degraded_performance: (names) => `${names} may be slow or fail at times.`,
      partial_outage: (names) => `${names} cannot be used by some people, or in part.`, major_outage: (names) => `${names} cannot be used.`,
    },
    someService: 'One of our services', since: (time) => `It began on ${time}.`,
    progress: {
      investigating: 'We are looking for the cause.', identified: 'We have found the cause and are working on it.', monitoring: 'We have taken measures and are watching whether they hold.', resolved: 'The problem is solved.',
    },
    over: (names, from, until) => `${names} can be used as usual again. The problem lasted from ${from} until ${until}.`,
    users: (count) => `Up to ${count} users may be affected.`,
    measures: { investigating: 'The cause is being looked for.', identified: 'The cause has been found and is being removed.', monitoring: 'Measures were taken; it is being watched whether they hold.', resolved: 'The problem was solved.' },
  },
  de: {
    title: {
      operational: (names) => `${names}: in Betrieb`, under_maintenance: (names) => `${names}: Wartung`, degraded_performance: (names) => `${names}: langsam oder zeitweise gestört`,
      partial_outage: (names) => `${names}: teilweise nicht verfügbar`, major_outage: (names) => `${names}: nicht verfügbar`,
    },
    hurts: {
      operational: (names) => `Wie gewohnt nutzbar: ${names}.`, under_maintenance: (names) => `In Wartung: ${names}.`, degraded_performance: (names) => `Derzeit langsam oder zeitweise gestört: ${names}.`,
      partial_outage: (names) => `Derzeit teilweise oder für einige nicht nutzbar: ${names}.`, major_outage: (names) => `Derzeit nicht nutzbar: ${names}.`,
    },
    someService: 'Einer unserer Dienste', since: (time) => `Beginn: ${time}.`,
    progress: {
      investigating: 'Wir suchen die Ursache.', identified: 'Wir haben die Ursache gefunden und arbeiten an der Behebung.', monitoring: 'Wir haben Maßnahmen ergriffen und beobachten, ob sie wirken.', resolved: 'Die Störung ist behoben.',
    },
    over: (names, from, until) => `Wieder wie gewohnt nutzbar: ${names}. Die Störung dauerte von ${from} bis ${until}.`,
    users: (count) => `Bis zu ${count} Nutzende können betroffen sein.`,
    measures: { investigating: 'Die Ursache wird gesucht.', identified: 'Die Ursache ist gefunden und wird behoben.', monitoring: 'Maßnahmen sind ergriffen; ihre Wirkung wird beobachtet.', resolved: 'Die Störung wurde behoben.' },
  },
  fr: {
    title: {
      operational: (names) => `${names} : opérationnel`, under_maintenance: (names) => `${names} : maintenance`, degraded_performance: (names) => `${names} : lent ou perturbé par moments`,
      partial_outage: (names) => `${names} : partiellement indisponible`, major_outage: (names) => `${names} : indisponible`,
    },
    hurts: {
      operational: (names) => `Utilisable comme d’habitude : ${names}.`, under_maintenance: (names) => `En maintenance : ${names}.`, degraded_performance: (names) => `Actuellement lent ou perturbé par moments : ${names}.`,
      partial_outage: (names) => `Actuellement inutilisable en partie ou pour certaines personnes : ${names}.`, major_outage: (names) => `Actuellement inutilisable : ${names}.`,
    },
    someService: 'Un de nos services', since: (time) => `Début : ${time}.`,
    progress: {
      investigating: 'Nous recherchons la cause.', identified: 'Nous avons trouvé la cause et travaillons à la corriger.', monitoring: 'Nous avons pris des mesures et vérifions qu’elles tiennent.', resolved: 'Le problème est résolu.',
    },
    over: (names, from, until) => `De nouveau utilisable comme d’habitude : ${names}. Le problème a duré du ${from} au ${until}.`,
    users: (count) => `Jusqu’à ${count} personnes peuvent être concernées.`,
    measures: { investigating: 'La cause est recherchée.', identified: 'La cause est trouvée et en cours de correction.', monitoring: 'Des mesures ont été prises ; leur effet est observé.', resolved: 'Le problème a été résolu.' },
  },
  es: {
    title: {
      operational: (names) => `${names}: operativo`, under_maintenance: (names) => `${names}: mantenimiento`, degraded_performance: (names) => `${names}: lento o con fallos ocasionales`,
      partial_outage: (names) => `${names}: no disponible en parte`, major_outage: (names) => `${names}: no disponible`,
    },
    hurts: {
      operational: (names) => `Se puede usar como siempre: ${names}.`, under_maintenance: (names) => `En mantenimiento: ${names}.`, degraded_performance: (names) => `Ahora lento o con fallos ocasionales: ${names}.`,
      partial_outage: (names) => `Ahora no se puede usar en parte, o algunas personas no pueden: ${names}.`, major_outage: (names) => `Ahora no se puede usar: ${names}.`,
    },
    someService: 'Uno de nuestros servicios', since: (time) => `Comenzó: ${time}.`,
    progress: {
      investigating: 'Estamos buscando la causa.', identified: 'Hemos encontrado la causa y trabajamos en ella.', monitoring: 'Hemos tomado medidas y observamos si se mantienen.', resolved: 'El problema está resuelto.',
    },
    over: (names, from, until) => `Se puede usar de nuevo como siempre: ${names}. El problema duró desde ${from} hasta ${until}.`,
    users: (count) => `Hasta ${count} personas pueden estar afectadas.`,
    measures: { investigating: 'Se busca la causa.', identified: 'La causa se ha encontrado y se está eliminando.', monitoring: 'Se han tomado medidas; se observa su efecto.', resolved: 'El problema se resolvió.' },
  },
};
