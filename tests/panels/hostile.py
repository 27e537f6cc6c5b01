"""Texts that try to be something else."""

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror='alert(1)'>",
    "quote": "' onmouseover='alert(1)",
    "both quotes": "\"'\"'",
    "entity": "&lt;b&gt;&#60;i&#62;",
    "comment": "<!-- --><![CDATA[ ]]>",
    "closing": "</td></tr></table></div></pre>",
    "newlines": "one\ntwo\r\nthree\u2028four\x0bfive",
    "control": "a\x00b\x07c\x1b[31mred\x7f",
    "turned around": "abc \u202e fed \u2066 ihg",
    "right to left": "שלום עולם",
    "emoji": "👩‍🔬 🦆",
    "dollars": "$\\href{javascript:alert(1)}{x}$",
    "style": "</style><style>*{display:none}</style>",
    "long": "x" * 100_000,
    "long hostile": "<&'\">" * 20_000,
    "empty": "",
    "blank": "   ",
}
