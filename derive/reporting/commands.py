"""The allow-list: every LaTeX command that a report will print as mathematics.

A formula of the page reaches TeX or a browser only if it is made of these, so a page
can neither run commands nor end the report early. All else is shown as its source.
"""

from __future__ import annotations

__all__ = [
    "BIG_OPERATORS",
    "CHARACTERS",
    "DELIMITERS",
    "DROPPED",
    "ENVIRONMENTS",
    "FONT_SWITCHES",
    "ONE_ARGUMENT",
    "SIZED",
    "SYMBOLS",
    "TEXT_COMMANDS",
    "TWO_ARGUMENTS",
    "UNICODE",
]


def _names(words: str) -> frozenset[str]:
    return frozenset("\\" + word for word in words.split())


# Operators whose limits may go above and below.
BIG_OPERATORS = _names(
    "sum prod coprod bigcup bigcap bigvee bigwedge bigoplus bigotimes bigodot biguplus bigsqcup "
    "int iint iiint oint max min sup inf lim limsup liminf argmax argmin Pr det gcd"
)

SYMBOLS = (
    BIG_OPERATORS
    | _names(
        # letters
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa "
        "lambda mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath Re Im "
        "wp aleph nabla partial infty emptyset varnothing forall exists nexists neg lnot top bot "
        "angle triangle square Box blacksquare prime flat sharp natural complement "
        # functions
        "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arg deg "
        "dim hom ker bmod "
        # binary operators
        "cdot times div pm mp ast star circ bullet oplus ominus otimes oslash odot cup cap "
        "setminus smallsetminus vee wedge lor land sqcup sqcap uplus amalg dagger ddagger "
        "intercal wr diamond triangleleft triangleright "
        # relations
        "le leq ge geq lt gt ne neq leqslant geqslant ll gg equiv sim simeq approx cong propto "
        "doteq triangleq coloneqq asymp prec preceq succ succeq subset subseteq supset supseteq "
        "subsetneq in ni notin mid nmid parallel perp vdash dashv models vDash iff implies "
        "impliedby to gets mapsto colon lesssim gtrsim "
        # arrows
        "rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow "
        "longleftarrow Longrightarrow Longleftarrow Longleftrightarrow longmapsto uparrow "
        "downarrow Uparrow Downarrow updownarrow hookrightarrow hookleftarrow leadsto "
        "therefore because "
        # dots
        "dots ldots cdots vdots ddots dotsb dotsc dotsi dotsm "
        # delimiters that may stand alone
        "langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert lbrace rbrace "
        "lbrack rbrack backslash "
        # spaces and sizes
        "quad qquad thinspace medspace thickspace enspace displaystyle textstyle scriptstyle "
        "scriptscriptstyle"
    )
    | frozenset({"\\,", "\\;", "\\:", "\\!", "\\>", "\\ ", "\\{", "\\}", "\\|"})
    | frozenset({"\\_", "\\&", "\\%", "\\#", "\\$"})
) - {"\\backslash"}

ONE_ARGUMENT = _names(
    "hat bar tilde vec dot ddot check breve acute grave mathring overline underline widehat "
    "widetilde overrightarrow overleftarrow overbrace underbrace sqrt mathbf mathrm mathit mathsf "
    "mathtt mathcal mathbb mathfrak mathscr mathnormal boldsymbol bm pmb boxed phantom hphantom "
    "vphantom mathop mathrel mathbin mathord mathopen mathclose mathpunct pmod operatorname "
    "operatorname* xrightarrow xleftarrow"
)

TWO_ARGUMENTS = _names("frac dfrac tfrac cfrac binom dbinom tbinom overset underset stackrel")

TEXT_COMMANDS = _names("text textrm textnormal mbox textit textbf textsf texttt hbox")

# {\bf x} means \mathbf{x}: the switch takes the rest of its group.
FONT_SWITCHES = {
    "\\rm": "\\mathrm",
    "\\bf": "\\mathbf",
    "\\it": "\\mathit",
    "\\sf": "\\mathsf",
    "\\tt": "\\mathtt",
    "\\cal": "\\mathcal",
}

SIZED = frozenset(
    "\\" + size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)

DELIMITERS = (
    frozenset("()[]|/.<>")
    | frozenset({"\\{", "\\}", "\\|"})
    | _names(
        "langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert lbrace rbrace "
        "lbrack rbrack uparrow downarrow"
    )
)

# They number or format an equation and show nothing themselves.
DROPPED = _names("nonumber notag hline allowdisplaybreaks limits nolimits strut")

# environment -> (printed as, most columns); 0 columns: as many as its specification says
ENVIRONMENTS: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ("", 1)),
    **dict.fromkeys(
        (
            "align",
            "align*",
            "aligned",
            "split",
            "flalign",
            "flalign*",
            "alignat",
            "alignat*",
            "alignedat",
        ),
        ("aligned", 20),
    ),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), ("gathered", 1)),
    **dict.fromkeys(("eqnarray", "eqnarray*"), ("array", 3)),
    **dict.fromkeys(("cases", "dcases"), ("cases", 2)),
    **{
        name: (name, 10)
        for name in (
            "matrix",
            "pmatrix",
            "bmatrix",
            "Bmatrix",
            "vmatrix",
            "Vmatrix",
            "smallmatrix",
        )
    },
    "array": ("array", 0),
}

CHARACTERS = frozenset("+-*/=<>()[]|.,:;!?'`~\"@")

UNICODE = {
    "−": "-", "×": "\\times", "·": "\\cdot", "⋅": "\\cdot", "÷": "\\div", "±": "\\pm",
    "≤": "\\le", "≥": "\\ge", "≠": "\\ne", "≈": "\\approx", "≡": "\\equiv", "∝": "\\propto",
    "∈": "\\in", "∉": "\\notin", "⊂": "\\subset", "⊆": "\\subseteq", "∑": "\\sum",
    "∏": "\\prod", "∫": "\\int", "∂": "\\partial", "∇": "\\nabla", "∞": "\\infty",
    "→": "\\to", "←": "\\gets", "⇒": "\\Rightarrow", "⇔": "\\Leftrightarrow",
    "↦": "\\mapsto", "∀": "\\forall", "∃": "\\exists", "¬": "\\neg", "∧": "\\wedge",
    "∨": "\\vee", "∪": "\\cup", "∩": "\\cap", "∅": "\\emptyset", "⊙": "\\odot", "⊗": "\\otimes",
    "⊕": "\\oplus", "⊤": "\\top", "⟨": "\\langle", "⟩": "\\rangle", "…": "\\ldots",
    "⋯": "\\cdots", "′": "'", "ℓ": "\\ell", "ℝ": "\\mathbb{R}", "\u00a0": "~",
    "\u201c": "\"", "\u201d": "\"", "\u2018": "`", "\u2019": "'",
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon",
    "ϵ": "\\epsilon", "ζ": "\\zeta", "η": "\\eta", "θ": "\\theta", "ι": "\\iota",
    "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu", "µ": "\\mu", "ν": "\\nu", "ξ": "\\xi",
    "π": "\\pi", "ρ": "\\rho", "σ": "\\sigma", "ς": "\\varsigma", "τ": "\\tau",
    "υ": "\\upsilon", "φ": "\\varphi", "ϕ": "\\phi", "χ": "\\chi", "ψ": "\\psi",
    "ω": "\\omega", "Γ": "\\Gamma", "Δ": "\\Delta", "Θ": "\\Theta", "Λ": "\\Lambda",
    "Ξ": "\\Xi", "Π": "\\Pi", "Σ": "\\Sigma", "Φ": "\\Phi", "Ψ": "\\Psi", "Ω": "\\Omega",
}  # fmt: skip
