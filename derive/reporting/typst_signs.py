"""What each LaTeX command of the allow-list is in Typst: a sign, a name, a space, a style.

Signs are written as the characters that Typst reads in mathematics, not by Typst's names for
them, some of which change from one version to the next. Brackets and what has a meaning to
Typst are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ACCENTS",
    "ALPHABETS",
    "CLASSES",
    "DELIMITERS",
    "OPERATORS",
    "SIGNS",
    "SPACES",
    "STYLES",
]


def _table(words: str) -> dict[str, str]:
    """``name sign name sign …`` as LaTeX commands and their signs."""
    parts = words.split()
    return {f"\\{name}": sign for name, sign in zip(parts[::2], parts[1::2], strict=True)}


DELIMITERS: Mapping[str, str] = {
    **{char: f"\\{char}" for char in "()[]|/"},
    "\\{": "\\{", "\\}": "\\}", "\\|": "\\‖",
    **_table(
        r"langle \⟨ rangle \⟩ lfloor \⌊ rfloor \⌋ lceil \⌈ rceil \⌉ lvert \| rvert \| lVert \‖ "
        r"rVert \‖ vert \| Vert \‖ lbrace \{ rbrace \} lbrack \[ rbrack \] uparrow ↑ downarrow ↓"
    ),
}  # fmt: skip

SIGNS: Mapping[str, str] = {
    **DELIMITERS,
    **{char: f"\\{char}" for char in ".,:;~@"},
    **{char: char for char in "+-*=<>!?"},
    "\"": "″", "`": "‘", "'": "\"\"'", "\\mathbb{R}": "bb(R)",
    "\\_": "\\_", "\\&": "\\&", "\\%": "\\%", "\\#": "\\#", "\\$": "\\$",
    **_table(
        "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ "
        "iota ι kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ "
        "varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ "
        "Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ imath ı jmath ȷ "
        "Re ℜ Im ℑ wp ℘ aleph ℵ nabla ∇ partial ∂ infty ∞ emptyset ∅ varnothing ∅ forall ∀ "
        "exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ triangle △ square □ Box □ "
        "blacksquare ■ prime ′ flat ♭ sharp ♯ natural ♮ complement ∁ "
        # large operators
        "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ "
        "bigodot ⨀ biguplus ⨄ bigsqcup ⨆ int ∫ iint ∬ iiint ∭ oint ∮ "
        # binary operators
        "cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ "
        "oslash ⊘ odot ⊙ cup ∪ cap ∩ setminus ∖ smallsetminus ∖ vee ∨ wedge ∧ lor ∨ land ∧ "
        "sqcup ⊔ sqcap ⊓ uplus ⊎ amalg ⨿ dagger † ddagger ‡ intercal ⊺ wr ≀ diamond ⋄ "
        "triangleleft ◁ triangleright ▷ "
        # relations
        "le ≤ leq ≤ ge ≥ geq ≥ lt < gt > ne ≠ neq ≠ leqslant ⩽ geqslant ⩾ ll ≪ gg ≫ equiv ≡ "
        "sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ doteq ≐ triangleq ≜ coloneqq ≔ asymp ≍ prec ≺ "
        "preceq ⪯ succ ≻ succeq ⪰ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ subsetneq ⊊ in ∈ ni ∋ "
        "notin ∉ mid ∣ nmid ∤ parallel ∥ perp ⟂ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ iff ⟺ "
        "implies ⟹ impliedby ⟸ to → gets ← mapsto ↦ lesssim ≲ gtrsim ≳ "
        # arrows
        "rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ "
        "longrightarrow ⟶ longleftarrow ⟵ Longrightarrow ⟹ Longleftarrow ⟸ "
        "Longleftrightarrow ⟺ longmapsto ⟼ Uparrow ⇑ Downarrow ⇓ updownarrow ↕ "
        "hookrightarrow ↪ hookleftarrow ↩ leadsto ⇝ therefore ∴ because ∵ "
        # dots (\dots itself depends on what stands beside it)
        "cdots ⋯ vdots ⋮ ddots ⋱ dotsb ⋯ dotsi ⋯ dotsm ⋯ "
    ),
    **dict.fromkeys(("\\dots", "\\ldots", "\\dotsc"), 'class("normal", …)'),
    "\\colon": 'class("punctuation", \\:)',
    "\\bmod": 'class("binary", "mod")',
}  # fmt: skip

# Typst's own names of functions, and operators that it has no name for.
OPERATORS: Mapping[str, str] = {
    **{
        f"\\{name}": name
        for name in "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos "
        "arctan arg deg dim hom ker max min sup inf lim limsup liminf Pr det gcd".split()
    },
    "\\argmax": 'op("arg max", limits: #true)',
    "\\argmin": 'op("arg min", limits: #true)',
}

SPACES: Mapping[str, str] = {
    "\\,": "thin", "\\thinspace": "thin", "\\:": "med", "\\>": "med", "\\medspace": "med",
    "\\;": "thick", "\\thickspace": "thick", "\\quad": "quad", "\\qquad": "wide",
    "\\!": "#h(-0.1667em)", "\\ ": "#h(0.333em)", "~": "#h(0.333em)", "\\enspace": "#h(0.5em)",
}  # fmt: skip

STYLES: Mapping[str, str] = {
    "\\displaystyle": "display",
    "\\textstyle": "inline",
    "\\scriptstyle": "script",
    "\\scriptscriptstyle": "sscript",
}

# command → what is written before and after its one argument
ACCENTS: Mapping[str, tuple[str, str]] = {
    "\\hat": ("hat(", ")"), "\\widehat": ("hat(", ")"), "\\bar": ("macron(", ")"),
    "\\tilde": ("tilde(", ")"), "\\widetilde": ("tilde(", ")"), "\\vec": ("arrow(", ")"),
    "\\dot": ("accent(", ", ˙)"), "\\ddot": ("accent(", ", ¨)"), "\\check": ("caron(", ")"),
    "\\breve": ("breve(", ")"), "\\acute": ("acute(", ")"), "\\grave": ("grave(", ")"),
    "\\mathring": ("circle(", ")"), "\\overline": ("overline(", ")"),
    "\\underline": ("underline(", ")"), "\\overrightarrow": ("accent(", ", →)"),
    "\\overleftarrow": ("accent(", ", ←)"), "\\overbrace": ("overbrace(", ")"),
    "\\underbrace": ("underbrace(", ")"), "\\phantom": ("#hide($", "$)"),
    "\\hphantom": ("#box(height: 0pt, hide($", "$))"),
    "\\vphantom": ("#box(width: 0pt, hide($", "$))"),
    "\\boxed": (
        "#box(stroke: 0.4pt, inset: 0.3em, "
        'text(top-edge: "bounds", bottom-edge: "bounds", $display(',
        ")$))",
    ),
    "\\pmod": ('class("normal", quad \\(mod thin ', "\\))"),
}  # fmt: skip

# command → the functions that set its letters, the outer one first; none: as words are set
ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "\\mathbf": ("bold", "upright"), "\\mathrm": ("upright",), "\\mathit": ("italic",),
    "\\mathsf": ("sans",), "\\mathtt": ("mono",), "\\mathcal": ("cal",), "\\mathbb": ("bb",),
    "\\mathfrak": ("frak",), "\\mathscr": ("cal",), "\\mathnormal": ("italic",),
    "\\boldsymbol": ("bold",), "\\bm": ("bold",), "\\pmb": ("bold",),
}  # fmt: skip

CLASSES: Mapping[str, str] = {
    "\\mathrel": "relation", "\\mathbin": "binary", "\\mathord": "normal",
    "\\mathopen": "opening", "\\mathclose": "closing", "\\mathpunct": "punctuation",
}  # fmt: skip
