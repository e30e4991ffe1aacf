/** The style of the status page: small, without pictures and fonts, dark or light as the reader's system is. Colours hold 4.5 to 1. */
export const PAGE_STYLE = `:root{color-scheme:light dark;--back:#fff;--box:#f6f7f9;--line:#d8dce2;--text:#1c2026;--dim:#565d68;--link:#1f5bb5;--good:#1b7a3d;--work:#1f5bb5;--slow:#8a5a00;--part:#b54708;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--back:#14161a;--box:#1d2026;--line:#343a44;--text:#e7e9ee;--dim:#a7aebb;--link:#8ab4f8;--good:#63c583;--work:#8ab4f8;--slow:#e0b252;--part:#f0975a;--bad:#f28b82}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:56rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:0}
a{color:var(--link)}a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100rem}.skip:focus{position:static}
.overall{margin:1rem 0;padding:1rem;border:1px solid var(--line);border-left:.5rem solid currentColor;border-radius:.375rem;background:var(--box);font-size:1.25rem;font-weight:600}
.box{border:1px solid var(--line);border-radius:.375rem;background:var(--box);padding:.75rem 1rem;margin:.5rem 0}
ul.list{list-style:none;margin:0;padding:0}
.row{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1rem}
.dim{color:var(--dim);font-size:.9rem}
.operational{color:var(--good)}.under_maintenance{color:var(--work)}.degraded_performance{color:var(--slow)}.partial_outage{color:var(--part)}.major_outage{color:var(--bad)}
.state{font-weight:600}
svg.days{display:block;width:100%;height:1.75rem;margin:.5rem 0 .25rem}
svg .operational{fill:var(--good)}svg .under_maintenance{fill:var(--work)}svg .degraded_performance{fill:var(--slow)}svg .partial_outage{fill:var(--part)}svg .major_outage{fill:var(--bad)}svg .unknown{fill:var(--line)}
dl.uptime{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.25rem 0 0}dl.uptime div{display:flex;gap:.4rem}dl.uptime dd{margin:0;font-variant-numeric:tabular-nums}
.update{border-top:1px solid var(--line);margin-top:.75rem;padding-top:.75rem}.update p{margin:.4rem 0}
footer{padding-top:2rem;padding-bottom:3rem}footer nav{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem}
form.plain{display:flex;flex-direction:column;gap:.75rem;max-width:32rem}form.plain label{display:block}
input[type=email],button{font:inherit;padding:.6rem .75rem;border-radius:.375rem;border:1px solid var(--line);background:var(--back);color:var(--text);width:100%}
button{background:var(--link);color:var(--back);border-color:var(--link);font-weight:600;cursor:pointer;width:auto;align-self:flex-start}
fieldset{border:1px solid var(--line);border-radius:.375rem;margin:0}
`;
