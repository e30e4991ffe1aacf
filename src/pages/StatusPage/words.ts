import type { StatusPage, UpdateLanguage } from '#contract';

export const VISIBILITY_WORDS: Readonly<Record<StatusPage['visibility'], string>> = { off: 'Off', public: 'Public', private: 'Private' };
export const VISIBILITY_HINTS: Readonly<Record<StatusPage['visibility'], string>> = {
  off: 'The page is off: nobody outside can read it. This is how it would look.', public: 'Everybody can read it.', private: 'It opens by a link with a token, and here.',
};
export const LANGUAGE_WORDS: Readonly<Record<UpdateLanguage, string>> = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' };

/** Names from a line with commas. */
export function namesOf(text: string): string[] {
  return text.split(',').map((name) => name.trim()).filter((name) => name !== '');
}
