// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { markdown } from "../src/run/markdown";

function html(text: string): string {
  const place = document.createElement("div");
  place.append(markdown(text));
  return place.innerHTML;
}

describe("markdown", () => {
  it.each([
    ["# one", "<h4>one</h4>"],
    ["### three ##", "<h6>three</h6>"],
    ["a\nb\n\nc", "<p>a\nb</p><p>c</p>"],
    [
      "**bold _both_** *it* ~~no~~",
      "<p><strong>bold <em>both</em></strong> <em>it</em> <del>no</del></p>",
    ],
    ["snake_case_name 2*3*4 a * b", "<p>snake_case_name 2<em>3</em>4 a * b</p>"],
    ["`<b>` and ``", "<p><code>&lt;b&gt;</code> and ``</p>"],
    ["- a\n- b\n  1. c\n  2. d", "<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>"],
    ["- [ ] to do\n- [x] done", "<ul><li>☐ to do</li><li>☑ done</li></ul>"],
    ["> a\n> b", "<blockquote><p>a\nb</p></blockquote>"],
    ["---", "<hr>"],
    ["```py\nx < 1\n```\nafter", '<pre class="sd-scroll"><code>x &lt; 1</code></pre><p>after</p>'],
    ["```\nnever closed", '<pre class="sd-scroll"><code>never closed</code></pre>'],
    ["", ""],
  ])("%j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it("makes tables", () => {
    const cells = '<th>a</th><th class="sd-num">b</th>';
    const body = '<td>1</td><td class="sd-num"><strong>2</strong></td>';
    const table = `<table><thead><tr>${cells}</tr></thead><tbody><tr>${body}</tr></tbody></table>`;
    expect(html("| a | b |\n|---|--:|\n| 1 | **2** |")).toBe(table);
  });

  it("links to where a link may lead", () => {
    const safe = '<a href="https://x.y/" target="_blank" rel="noopener noreferrer"';
    expect(html("[words](https://x.y)")).toBe(`<p>${safe} title="https://x.y/">words</a></p>`);
    expect(html("see https://x.y/a.")).toContain('href="https://x.y/a"');
    expect(html("[m](mailto:a@b.c)")).toContain('href="mailto:a@b.c"');
  });

  it.each([
    "[x](javascript:alert%281%29)",
    "[x](JAVASCRIPT:alert)",
    "[x](data:text/html,hi)",
    "[x](vbscript:x)",
    "[x](/relative)",
    "![i](file:///etc/passwd)",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[<img src=x onerror=alert(1)>](javascript:x)",
    "```<script>\n</code></pre><script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img onerror=x> | d |",
  ])("makes nothing dangerous of %j", (text) => {
    const place = document.createElement("div");
    place.append(markdown(text));
    expect(place.querySelector("script, img, a, iframe")).toBeNull();
  });

  it.each([
    "[",
    "*",
    "**a",
    "_a",
    "`",
    "|-",
    "> ",
    "- ",
    "[a](",
    "  - a\n",
    "#",
  ])("does not get lost in many of %j", (piece) => {
    const text = piece.repeat(20_000 / piece.length);
    expect(html(text).length).toBeGreaterThan(0);
  });

  it("fetches no picture", () => {
    expect(html("![a](https://x.y/z.png)")).not.toContain("<img");
  });
});
