"""The words of LaTeX maths: which command means what to the parser."""

from __future__ import annotations

__all__ = [
    "ACCENTS",
    "ALIGNED",
    "BRACED",
    "CASES",
    "CLOSE",
    "DIFFERENTIALS",
    "DOTS",
    "FUNCTIONS",
    "GREEK",
    "MAX_DEPTH",
    "OPEN",
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

FUNCTIONS = {
    r"\exp": "exp", r"\log": "log", r"\ln": "log", r"\tanh": "tanh", r"\sin": "sin",
    r"\cos": "cos", "exp": "exp", "log": "log", "ln": "log", "tanh": "tanh", "sin": "sin",
    "cos": "cos", "sqrt": "sqrt",
}  # fmt: skip
UNSUPPORTED_FUNCTIONS = frozenset(
    r"\max \min \arg \argmax \argmin \sup \inf \lim \det \tr \Pr \gcd \sinh \cosh \tan \cot \sec"
    r" \arctan \arcsin \arccos \lg \int \iint \oint \nabla \infty \otimes \oplus \odot \circ"
    r" \bigcup \bigcap \cup \cap \forall \exists \binom \pm \mp \dagger \lfloor \lceil".split()
)
STACKED = frozenset({r"\overset", r"\underset", r"\stackrel"})
# Upright words that are operators, not quantities.
OPERATOR_WORDS = frozenset(
    "argmax argmin arg max min sup inf lim Var Cov Corr tr Tr trace diag det rank sign sgn relu"
    " ReLU span vec KL Pr mod gcd sum mean softplus".split()
)
ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \mathbf"
    r" \boldsymbol \bm \mathcal \mathbb \mathfrak \mathscr \pmb \underline \mathbfit".split()
)
WRAPPERS = frozenset(r"\boxed \mathop \mathstrut \smash \ensuremath \textstyle".split())
BRACED = frozenset(r"\underbrace \overbrace".split())
DIFFERENTIALS = frozenset({r"\partial", "d"})
PRODUCTS = frozenset({r"\cdot", r"\times", "*", r"\ast", r"\bullet"})
DOTS = frozenset(r"\dots \ldots \cdots \vdots \ddots \dotsc \dotsb \dotsm".split())
OPEN = {"(": ")", "[": "]", r"\{": r"\}", r"\lbrace": r"\rbrace", r"\langle": r"\rangle"}
CLOSE = frozenset({")", "]", r"\}", r"\rbrace", r"\rangle", "}", "|", r"\|", r"\rvert"})
GREEK = frozenset(
    ("\\" + g)
    for g in "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda"
    " mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma"
    " Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph Re Im"
    .split()
)  # fmt: skip
