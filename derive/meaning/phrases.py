"""What prose around formulas says of them, as far as derive knows words for it.

Patterns over the text of a paragraph or sentence, in the languages that pages were seen in.
No such list is ever complete: what is missing here may leave a condition standing that the
page has lifted, which is why every report shows the conditions of each step.
"""

from __future__ import annotations

import re

__all__ = [
    "CONDITIONAL",
    "DEFINING",
    "DOUBT",
    "EINSTEIN",
    "EXAMPLE",
    "EXPLAINING",
    "HYPOTHETICAL",
    "IDENTITY",
    "LIFTS",
    "NOT_HOT",
    "ONE_HOT",
    "RIGHT_CLASS",
    "LOSS",
    "MOMENTARY",
    "OPEN_DOUBT",
    "OTHERWISE_WORD",
    "OWN_DELTA",
    "PROBABILITY",
    "ROW_OF",
    "RUNS",
    "SIGMOID",
    "SPECIAL_MATRIX",
    "STATIONARY",
    "SUPPOSING",
    "WORDS_INSIDE",
]

# A sentence that states something only to deny it or to play with it.
DOUBT = re.compile(
    r"\b(not|never|would|were|unless|cannot|isn't|aren't|doesn't|don't|contradict\w*|false)\b"
    r"|不|未|没有|假如|并非",
    re.IGNORECASE,
)
# A sentence that may only mention a condition. Whether it holds is then left open.
OPEN_DOUBT = re.compile(
    r"\b(without|wrong\w*|instead|fails?|violat\w*|neither|nor|regardless|except|whether|either|or"
    r"|some|exists?|there (is|are)|at least one|exercise|show that|prove that|find|previously"
    r"|no longer|arbitrary|example|may|might|sans|sin|ohne|nicht|kein\w*|egal|außer|ne|pas)\b"
    r"|не|без|とは限らない|无论|除非|是否|~~|\bno\b",
    re.IGNORECASE,
)
# Prose that may lift what was supposed before it.
LIFTS = re.compile(
    r"\b(drop|lift|remov|relax|abandon|discard|forget|replac)\w*\b|\bno longer\b|\bunrestricted\b"
    r"|\b(any|all|arbitrary|be|are) real\b|\b(is|are|be|now|for) (now )?arbitrary\b"
    r"|\bmay be any\b|不再|任意实数|取消",
    re.IGNORECASE,
)
# «the data loss $C$», «where $L$ is the total cost»
LOSS = re.compile(
    r"(?:loss|cost|objective|energy|Verlust\w*|Kosten\w*|损失|代价)(?:[\s-]\w+){0,2}\s*"
    r"\$\s*(?P<name>\\?\w+(?:\{\w+\})?)\s*\$"
)
# «Let $\\delta_{ij}$ be the error of …»
OWN_DELTA = re.compile(
    r"\$\s*\\delta_\{?\w+\}?\s*\$\s*(be|is|denotes?|are|stands? for)\s+(the|an?)\s+"
    r"(?!Kronecker|identity|discrete|unit|indicator)\w+"
)
IDENTITY = re.compile(r"identity|Einheitsmatrix|matrice identité|单位矩阵|单位阵", re.IGNORECASE)
OTHERWISE_WORD = re.compile(r"\b(otherwise|else|sonst|sinon)\b|否则|其他", re.IGNORECASE)
# Prose that announces a definition, at its end.
DEFINING = re.compile(
    r"(defin\w*|\blet\b|\breplac\w*|\bis given by|\bloss is|\bcost is|\binstead|\bcalled"
    r"|定义|损失|代价)[^.。]{0,60}$",
    re.IGNORECASE,
)
# A page whose σ is the logistic function, though it never says so in a formula.
SIGMOID = re.compile(
    r"\bsigmoid\w*|\blogistic (?:function|sigmoid)|\bsigmoide|\bsigmóide|logistische funktion"
    r"|逻辑函数|sigmoid|сигмоид|シグモイド|시그모이드|sigmoïde",
    re.IGNORECASE,
)
EINSTEIN = re.compile(
    r"einstein\W{0,3}s? (?:sum|not|conv)|einsum|sum(?:med|mation)? over repeated ind|爱因斯坦求和",
    re.IGNORECASE,
)
# Prose that announces another function by the same letter.
EXAMPLE = re.compile(
    r"\b(let|lets|let's|example\w*|consider|suppose|take|define\w*|now|another|instead|if|for"
    r"|operation|gate|look|function|derivative of|beispiel|exemple|ejemplo|exemplo|sei|soit)\b"
    r"|例|设|考虑|函数|例えば",
    re.IGNORECASE,
)
# Prose that sets a derivative to zero.
STATIONARY = re.compile(
    r"\bsett?(ing)?\b[^.]*\b(zero|0)\b|\bequat\w+ [^.]*(\bzero\b|\$\s*0\s*\$)|\bstationary"
    r"|\bcritical point|\bfirst.order condition|\b(max|min)imi[sz]\w+|\bMLE\b|\bmaximum likelihood"
    r"|\bestimat(e|or|es|ors)\b|\bsolv(e|ing)\b|\boptim\w+"
    r"|\b(at|find|for) (the|an?) (minimum|maximum|optimum|extremum)|令[^。]*(零|0)|极值",
    re.IGNORECASE,
)
# What a formula right behind these words is: a condition, or where something happens.
CONDITIONAL = re.compile(
    r"\b(when(ever)?|if|iff|at|unless|until)\s*$|[当若]\s*$|如果\s*$", re.IGNORECASE
)
HYPOTHETICAL = re.compile(
    r"\b(example|may|might|could|if|suppose|when|even)\b|例如|如果|假设|可能", re.IGNORECASE
)
SUPPOSING = re.compile(
    r"\b(if|for|suppose|supposing|when|whenever|assume|assuming|case)\b|假设|如果|若|当",
    re.IGNORECASE,
)
EXPLAINING = re.compile(
    r"\b(where|since|because|as|using|with|note|recall|here|by|sum\w*)\b|因为|由于|其中|注意",
    re.IGNORECASE,
)
# «$y$ is a one-hot vector», «the one-hot label $y$», around a formula's slot; nothing else may
# stand between, as «the one-hot label is compared with $p$» says nothing of p.
_HOT = r"(?:one-?hot|one hot|独热)"
_OF = r"(?:[ -]?(?:(?:en)?coded|encoding|labels?|targets?|class|vectors?|编码|标签|向量)){0,3}"
_ONE = r"(?: (?:a|an|the|um|uma|un|une|ein|eine))?(?:一个)? ?(?:长度为[^，。]{0,12}的)?"
ONE_HOT = re.compile(
    rf"\ue000(?P<before>\d+)\ue001 ?(?:is|are|be|denotes|é|est|ist|sei|是|为)"
    rf"{_ONE}{_HOT}"
    rf"|{_HOT}{_OF} ?(?:\ue000(?P<after>\d+)\ue001)",
    re.IGNORECASE,
)
# «the correct class $c$», «$c$ is the true label»
_RIGHT = (
    r"(?:correct|true|right|actual|target|gold|ground[- ]truth|real|正确|真实)(?:的)?"
    r"(?: \w+)? ?(?:class|label|category|index|word|token|answer|类别|标签)"
)
RIGHT_CLASS = re.compile(
    rf"\ue000(?P<before>\d+)\ue001 ?(?:is|be|denotes|for|为|是)?(?: the)? ?{_RIGHT}"
    rf"|{_RIGHT},?(?: is| be)? ?\ue000(?P<after>\d+)\ue001",
    re.IGNORECASE,
)
PROBABILITY = re.compile(
    r"\bprobabilit\w*|\bdistributions?\b|\bsimplex\b|\bprobabilidad\w*|\bprobabilité\w*"
    r"|\bwahrscheinlichkeit\w*|概率|分布|機率|確率|\\in\s*\\?[\[(]\s*0\s*,\s*1",
    re.IGNORECASE,
)
# «$w_j$ is the j-th row of $W$», «the rows of $W$ are called $w_j$», «$w_j$ 是 $W$ 的第 $j$ 列»
_SLOT = r"\ue000(?P<{}>\d+)\ue001"
# «of the weight matrix $W$», but not «of the transpose of $W$»
_ITS_KIND = r"(?: (?!transpos|inver|pseudo|of\b|product|sum|square|norm)\w+){0,2}"
ROW_OF = re.compile(
    rf"{_SLOT.format('name')},? (?:is|be|denotes|are|for)(?: the)?"
    rf"(?: (?:{_SLOT.format('nth')}|[a-z])[ -]?(?:th|st|nd|rd))?"
    rf" (?P<kind>rows?|columns?)(?: vectors?)? of(?: the)?{_ITS_KIND} {_SLOT.format('of')}"
    rf"|(?P<kind_of>rows?|columns?)(?: vectors?)? {_SLOT.format('name_of')} of(?: the)?"
    rf"{_ITS_KIND} {_SLOT.format('of_of')}"
    rf"|(?:(?:{_SLOT.format('nth_are')}|\b[a-z])[ -]?(?:th|st|nd|rd) )?"
    rf"(?P<kind_are>rows?|columns?)(?: vectors?)? of(?: the)?{_ITS_KIND}"
    rf" {_SLOT.format('of_are')},? (?:is|be|are|by|as)"
    rf"(?: (?:called|denoted|named|written|given))?(?: by| as)?(?: the)?(?: vectors?)?"
    rf" {_SLOT.format('name_are')}"
    rf"|{_SLOT.format('name_zh')} ?(?:是|为|表示)(?:矩阵)? ?{_SLOT.format('of_zh')} ?的第"
    rf" ?(?:{_SLOT.format('nth_zh')}|[a-z]) ?(?P<kind_zh>行|列)",
    re.IGNORECASE,
)
# «$A$ is symmetric», «the rotation $R$»: not every matrix is such.
SPECIAL_MATRIX = re.compile(
    r"symm?etri\w*|sim[eé]tric\w*|symétri\w*|orthogonal\w*|orthonorm\w*|ortogonal\w*|unitary"
    r"|hermitian|self-adjoint|hessian\w*|covarian\w*|gram matrix|kernel matrix|laplacian"
    r"|definite\b|diagonal\w*|rotation\w*|reflection|projection|projector|idempotent|involut\w*"
    r"|permutation|nilpotent|singular|commut\w*|diagonale?\b|симметр\w*|ортогон\w*"
    r"|对称|正交|对角|正定|协方差|旋转|投影|海森",
    re.IGNORECASE,
)
# What makes a sentence about one-hot labels say something else.
NOT_HOT = re.compile(
    r"\b(instead|rather|unlike|replac\w*|smooth\w*|soft|generali[sz]\w*|close|closer|approximat\w*"
    r"|nearly|almost|as\b.*\bas|no longer|compar\w*|not|never|if|when|unless|or|would|could|may"
    r"|might|without|neither)\b|不|如果|若|代替|平滑|近似",
    re.IGNORECASE,
)
# Prose under which a second definition may hold for the moment only.
MOMENTARY = re.compile(
    r"\b(suppos\w*|assum\w*|if|when|whenever|single|special|particular|case|here|temporarily"
    r"|sei|falls|si|se|supposons|sea)\b|假设|如果|若|当|特别|特例|这里|此时",
    re.IGNORECASE,
)
# «$i = 1, \\dots, n$»
RUNS = re.compile(
    r"\$\s*[a-z]\s*=\s*[01]\s*,\s*(?:[12]\s*,\s*)?\\(?:dots|ldots|cdots|dotsc)\s*,\s*(?P<last>[A-Za-z])\s*\$"
)
# What stands in words inside a formula.
WORDS_INSIDE = re.compile(r"\\(?:text\w*|mbox|mathrm)\s*\{([^{}]*)\}")
