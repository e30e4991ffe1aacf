// Runs before the module of each plugin. Grafana may serve the files from a CDN or under a sub-path, and a nested
// plugin under its own id, so the folder of lazy chunks is known only when SystemJS has loaded module.js.
import amdModule from 'amd-module';

const uri = amdModule?.uri;
__webpack_public_path__ = uri ? uri.slice(0, uri.lastIndexOf('/') + 1) : PLUGIN_FALLBACK_PUBLIC_PATH;
