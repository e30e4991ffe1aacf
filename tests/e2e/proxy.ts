/** Calls of the API through the plugin host's proxy, to have something to look at. */

const PROXY = '/api/plugin-proxy/muster-incidents-app/backend';

/** Sends one call as the user whose cookie is given (the host's admin otherwise); throws with what was answered when it is refused. */
export async function call(hostUrl: string, method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${hostUrl}${PROXY}${path}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}
