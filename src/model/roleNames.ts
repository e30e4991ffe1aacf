/** Roles of incidents in words. */

/** `Commander`, `Network lead`. */
export function roleName(role: string): string {
  const words = role.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
