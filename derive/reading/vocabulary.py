"""The words of LaTeX maths: which command means what to the parser."""

from __future__ import annotations

__all__ = [
    "ACCENTS",
    "ALIGNED",
    "BRACED",
    "CASES",
    "CLOSE",
    "CLOSING",
    "DIFFERENTIALS",
    "DOTS",
    "FUNCTIONS",
    "GREEK",
    "MATRICES",
    "MATRIX_WORDS",
    "MAX_DEPTH",
    "OPEN",
    "OPENING",
    "ENTRYWISE",
    "OPERATOR_WORDS",
    "PRODUCTS",
    "RELATIONS",
    "STACKED",
    "UNSUPPORTED_FUNCTIONS",
    "WITH_COLUMNS",
    "WRAPPERS",
]

MAX_DEPTH = 48

# How a relation is written → its canonical sign.
RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\lt": "<", r"\gt": ">",
    r"\le": "≤", r"\leq": "≤", r"\leqslant": "≤", r"\ge": "≥", r"\geq": "≥", r"\geqslant": "≥",
    r"\approx": "≈", r"\simeq": "≈", r"\sim": "∼", r"\cong": "≈", r"\propto": "∝",
    r"\equiv": ":=", r"\triangleq": ":=", r"\coloneqq": ":=", r"\doteq": ":=",
    r"\to": "→", r"\rightarrow": "→", r"\longrightarrow": "→", r"\mapsto": "→",
    r"\leftarrow": "←", r"\gets": "←", r"\Rightarrow": "⇒", r"\implies": "⇒", r"\iff": "⇔",
    r"\Leftrightarrow": "⇔", r"\in": "∈", r"\neq": "≠", r"\ne": "≠", r"\not=": "≠",
    r"\ll": "≪", r"\gg": "≫", r"\subset": "⊂", r"\notin": "∉", r"\perp": "⊥",
}  # fmt: skip

ALIGNED = frozenset(
    "align align* aligned alignat alignat* alignedat gather gather* gathered split equation "
    "equation* eqnarray eqnarray* multline multline* array displaymath math flalign flalign* "
    "dcases subequations".split()
) - {"dcases"}
WITH_COLUMNS = frozenset("array alignat alignat* alignedat".split())
CASES = frozenset({"cases", "dcases", "rcases"})
MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix smallmatrix".split())

FUNCTIONS = {
    r"\exp": "exp", r"\log": "log", r"\ln": "log", r"\tanh": "tanh", r"\sin": "sin",
    r"\cos": "cos", "exp": "exp", "log": "log", "ln": "log", "tanh": "tanh", "sin": "sin",
    "cos": "cos", "sqrt": "sqrt", r"\sinh": "sinh", r"\cosh": "cosh", r"\tan": "tan",
    "sinh": "sinh", "cosh": "cosh", "tan": "tan",
}  # fmt: skip
UNSUPPORTED_FUNCTIONS = frozenset(
    r"\max \min \arg \argmax \argmin \sup \inf \lim \det \tr \Pr \gcd \cot \sec"
    r" \arctan \arcsin \arccos \lg \int \iint \oint \infty \oplus"
    r" \bigcup \bigcap \cup \cap \forall \exists \binom \pm \mp \dagger \lfloor \lceil".split()
)
STACKED = frozenset({r"\overset", r"\underset", r"\stackrel"})
# Upright words that are operators, not quantities.
OPERATOR_WORDS = frozenset(
    "argmax argmin arg max min sup inf lim Var Cov Corr det rank sign sgn relu"
    " ReLU span vec Pr mod gcd sum mean softplus".split()
)
ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \mathbf"
    r" \boldsymbol \bm \mathcal \mathbb \mathfrak \mathscr \pmb \underline \mathbfit".split()
)
WRAPPERS = frozenset(r"\boxed \mathop \mathstrut \smash \ensuremath \textstyle".split())
BRACED = frozenset(r"\underbrace \overbrace".split())
DIFFERENTIALS = frozenset({r"\partial", "d"})
PRODUCTS = frozenset({r"\cdot", r"\times", "*", r"\ast", r"\bullet"})
# Products of whole vectors that are no matrix products.
ENTRYWISE = {r"\odot": "⊙", r"\circ": "⊙", r"\otimes": "⊗"}
# Operators on matrices that are sums over their entries.
MATRIX_WORDS = {"tr": "tr", "Tr": "tr", "trace": "tr", "diag": "diag", "Diag": "diag"}
DOTS = frozenset(r"\dots \ldots \cdots \vdots \ddots \dotsc \dotsb \dotsm \hdots".split())
OPEN = {"(": ")", "[": "]", r"\{": r"\}", r"\lbrace": r"\rbrace", r"\langle": r"\rangle"}
CLOSE = frozenset({")", "]", r"\}", r"\rbrace", r"\rangle", "}", "|", r"\|", r"\rvert", r"\rVert"})
# Tokens between which commas, relations and row breaks belong to what they enclose.
OPENING = frozenset({*OPEN, "{", r"\begin{cases}", r"\begin{matrix}"})
CLOSING = frozenset({*OPEN.values(), "}", r"\end{cases}", r"\end{matrix}"})
GREEK = frozenset(
    ("\\" + g)
    for g in "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda"
    " mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma"
    " Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph Re Im"
    .split()
)  # fmt: skip
