/** The words of the forms of subscribers. Pure. */
import type { UpdateLanguage } from '#contract';

export interface FormWords {
  readonly subscribe: string;
  readonly address: string;
  readonly which: string;
  readonly all: string;
  readonly where: string;
  readonly everywhere: string;
  readonly grave: string;
  readonly consent: string;
  readonly badAddress: string;
  readonly asked: string;
  readonly tooMany: string;
  readonly confirmTitle: string;
  readonly confirm: string;
  readonly confirmed: string;
  readonly gone: string;
  readonly endTitle: string;
  readonly end: string;
  readonly ended: string;
  readonly mailSubject: string;
  readonly mailText: string;
}

const WORDS: Readonly<Record<UpdateLanguage, FormWords>> = {
  en: {
    subscribe: 'Subscribe', address: 'E-mail address', which: 'Tell me of', all: 'Nothing chosen means everything.', where: 'In these regions', everywhere: 'Nothing chosen means everywhere.', grave: 'Only when much is affected', consent: 'The address is used for these messages alone, and forgotten when you unsubscribe. Every message has a link for that.',
    badAddress: 'This is not an e-mail address.', asked: 'Thank you. If this address is not subscribed yet, a message with a link to confirm it is on its way.', tooMany: 'Too many tries. Please try again later.',
    confirmTitle: 'Confirm your subscription', confirm: 'Confirm', confirmed: 'You are subscribed.', gone: 'This link counts no more.', endTitle: 'Unsubscribe', end: 'Unsubscribe', ended: 'You are unsubscribed, and the address is forgotten.',
    mailSubject: 'Please confirm', mailText: 'Somebody, probably you, subscribed this address. If it was you, open the link within three days and confirm. If not, do nothing: the address is forgotten.',
  },
  de: {
    subscribe: 'Abonnieren', address: 'E-Mail-Adresse', which: 'Benachrichtigen über', all: 'Ohne Auswahl: alles.', where: 'In diesen Regionen', everywhere: 'Ohne Auswahl: überall.', grave: 'Nur wenn viel betroffen ist', consent: 'Die Adresse dient nur diesen Nachrichten und wird beim Abbestellen gelöscht. Jede Nachricht hat dafür einen Link.',
    badAddress: 'Das ist keine E-Mail-Adresse.', asked: 'Danke. Falls diese Adresse noch nicht abonniert ist, ist eine Nachricht mit einem Link zur Bestätigung unterwegs.', tooMany: 'Zu viele Versuche. Bitte später noch einmal.',
    confirmTitle: 'Abonnement bestätigen', confirm: 'Bestätigen', confirmed: 'Das Abonnement ist eingerichtet.', gone: 'Dieser Link gilt nicht mehr.', endTitle: 'Abbestellen', end: 'Abbestellen', ended: 'Abbestellt; die Adresse ist gelöscht.',
    mailSubject: 'Bitte bestätigen', mailText: 'Jemand, vermutlich Sie, hat mit dieser Adresse abonniert. Wenn Sie es waren, öffnen Sie den Link innerhalb von drei Tagen und bestätigen Sie. Wenn nicht, tun Sie nichts: Die Adresse wird gelöscht.',
  },
  fr: {
    subscribe: 'S’abonner', address: 'Adresse e-mail', which: 'M’informer de', all: 'Sans choix : tout.', where: 'Dans ces régions', everywhere: 'Sans choix : partout.', grave: 'Seulement en cas de panne importante', consent: 'L’adresse ne sert qu’à ces messages et est effacée au désabonnement. Chaque message contient un lien pour cela.',
    badAddress: 'Ce n’est pas une adresse e-mail.', asked: 'Merci. Si cette adresse n’est pas encore abonnée, un message avec un lien de confirmation est en route.', tooMany: 'Trop d’essais. Merci de réessayer plus tard.',
    confirmTitle: 'Confirmer l’abonnement', confirm: 'Confirmer', confirmed: 'Vous êtes abonné.', gone: 'Ce lien n’est plus valable.', endTitle: 'Se désabonner', end: 'Se désabonner', ended: 'Vous êtes désabonné, l’adresse est effacée.',
    mailSubject: 'Merci de confirmer', mailText: 'Quelqu’un, sans doute vous, a abonné cette adresse. Si c’est vous, ouvrez le lien dans les trois jours et confirmez. Sinon, ne faites rien : l’adresse sera effacée.',
  },
  es: {
    subscribe: 'Suscribirse', address: 'Correo electrónico', which: 'Avisarme de', all: 'Sin elegir nada: todo.', where: 'En estas regiones', everywhere: 'Sin elegir nada: en todas.', grave: 'Solo cuando mucho está afectado', consent: 'La dirección solo se usa para estos mensajes y se borra al darse de baja. Cada mensaje lleva un enlace para ello.',
    badAddress: 'Esto no es una dirección de correo.', asked: 'Gracias. Si esta dirección aún no está suscrita, va en camino un mensaje con un enlace para confirmarla.', tooMany: 'Demasiados intentos. Inténtelo más tarde.',
    confirmTitle: 'Confirmar la suscripción', confirm: 'Confirmar', confirmed: 'Ya está suscrito.', gone: 'Este enlace ya no vale.', endTitle: 'Darse de baja', end: 'Darse de baja', ended: 'Se dio de baja y la dirección se borró.',
    mailSubject: 'Confirme, por favor', mailText: 'Alguien, probablemente usted, suscribió esta dirección. Si fue usted, abra el enlace en tres días y confirme. Si no, no haga nada: la dirección se borrará.',
  },
};

/** The words of a language. */
export function formWords(language: UpdateLanguage): FormWords {
  return WORDS[language];
}
