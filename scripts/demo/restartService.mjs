// What the demo's agent runs as `restart`: asks the sample services to restart one. Arguments: their address, the service.
const [, , url, service] = process.argv;
console.log(`restarting ${service} …`);
const response = await fetch(`${url}/services/${encodeURIComponent(service)}/restart`, { method: 'POST' });
console.log(await response.text());
if (!response.ok) process.exit(1);
