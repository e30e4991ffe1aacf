/** The few words that kinds of channels add by themselves, in the languages that they speak. Pure. */

interface Words {
  /** Stands where a text was cut. */
  readonly cut: string;
  /** Said of an action's key by telephone. */
  readonly press: (key: number, label: string) => string;
  readonly repeat: string;
  readonly thanks: string;
  readonly unsubscribe: string;
  /** As telephony names the language. */
  readonly spoken: string;
}

const ENGLISH: Words = {
  cut: '… (shortened; the whole text is in Muster)', press: (key, label) => `Press ${key}: ${label}.`, repeat: 'Once more.', thanks: 'Thank you. Your answer was taken.', unsubscribe: 'Unsubscribe', spoken: 'en-US',
};
const WORDS: Readonly<Record<string, Words>> = {
  en: ENGLISH,
  de: { cut: '… (gekürzt; der ganze Text steht in Muster)', press: (key, label) => `Taste ${key}: ${label}.`, repeat: 'Noch einmal.', thanks: 'Danke. Ihre Antwort ist angekommen.', unsubscribe: 'Abbestellen', spoken: 'de-DE' },
  fr: { cut: '… (abrégé ; le texte entier est dans Muster)', press: (key, label) => `Touche ${key} : ${label}.`, repeat: 'Je répète.', thanks: 'Merci. Votre réponse est enregistrée.', unsubscribe: 'Se désabonner', spoken: 'fr-FR' },
  es: { cut: '… (abreviado; el texto completo está en Muster)', press: (key, label) => `Tecla ${key}: ${label}.`, repeat: 'Repito.', thanks: 'Gracias. Su respuesta está registrada.', unsubscribe: 'Darse de baja', spoken: 'es-ES' },
};

/** The words of a language (`de`, `de-CH`); English where it is not spoken. */
export function wordsOf(language: string): Words {
  return WORDS[language.slice(0, 2).toLowerCase()] ?? ENGLISH;
}
