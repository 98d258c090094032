// The style sheet of a report: a phone, a wide screen, paper; light and dark.
#pragma once

namespace tubal::report {

inline constexpr const char* page_style = R"(
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --soft: #5a5a5a; --line: #d0d0d0;
  --pass: #00694b; --fail: #a83200; --link: #00568c; --box: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --soft: #a8a8a8;
  --line: #44484d; --pass: #5fd3ac; --fail: #ff9d66; --link: #7cc0f5; --box: #22262a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; }
main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
p, ul, figcaption { max-width: 46rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; }
h2 { font-size: 1.35rem; margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1.1rem; margin-top: 2rem; }
a { color: var(--link); }
.summary { padding-left: 1.2rem; }
.text { white-space: pre-line; }
.notice { border-left: 4px solid var(--fail); padding: .4rem .8rem; background: var(--box); }
.pass { color: var(--pass); font-weight: 600; }
.fail { color: var(--fail); font-weight: 600; }
figure { margin: 0; }
figcaption, footer { color: var(--soft); font-size: .9rem; margin-top: .5rem; }
.pictures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.single { max-width: 46rem; }
.picture { background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: .2rem; }
.picture svg { display: block; width: 100%; height: auto; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; white-space: nowrap; }
td.wide { white-space: normal; min-width: 12rem; }
td.words { white-space: normal; min-width: 11rem; }
tbody th { font-weight: 500; }
pre { background: var(--box); padding: .8rem; overflow-x: auto; border-radius: 6px; font-size: .85rem; }
summary { cursor: pointer; }
footer { padding-bottom: 3rem; margin-top: 3rem; }
@media print { :root { --ink: #000; --paper: #fff; --soft: #333; --line: #bbb; --pass: #00694b; --fail: #a83200;
    --box: #f3f4f6; }
  body { font-size: 10pt; } .picture, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; } th, td { white-space: normal; } pre { white-space: pre-wrap; }
  a { color: inherit; text-decoration: none; } }
)";

}  // namespace tubal::report
