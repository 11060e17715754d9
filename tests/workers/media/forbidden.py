"""Addresses that no upload may come from, in every spelling that we know of.

`{port}` is that of a listener on 127.0.0.1 and ::1: whatever would reach it is tried for real.
Look-alikes are the point here, hence the note to the linter.
Sources: RFC 3986, 4291, 6052, 3056, 4380, 5214; the WHATWG URL standard; inet_aton(3).
"""
# ruff: noqa: RUF001

PLAIN_IPV4 = (
    "127.0.0.1", "127.0.0.2", "127.255.255.254",  # loopback
    "0.0.0.0", "0.0.0.1", "0.255.255.255",  # this host: Linux connects to loopback
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
    "100.64.0.1", "100.127.255.255",  # shared address space of carriers
    "169.254.0.1", "169.254.169.254", "169.254.170.2", "169.254.169.253",  # link-local, metadata
    "100.100.100.200", "168.63.129.16", "192.0.0.192",  # metadata of Alibaba, Azure, Oracle
    "192.0.0.1", "192.0.0.8", "192.88.99.1",  # protocol assignments, 6to4 relay
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255",  # documents, tests
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",  # multicast, reserved
)  # fmt: skip
ODD_IPV4 = (
    "2130706433", "02130706433", "6425673729",  # decimal, with a zero, with an overflow
    "2852039166", "167772161", "3232235777", "0", "1",  # 169.254.169.254, 10.0.0.1, 192.168.1.1
    "017700000001", "0177.0.0.1", "0177.0.0.01", "00000177.0.0.1", "0177.0x0.0.1",  # octal
    "0251.0376.0251.0376", "012.0.0.1", "0300.0250.1.1", "0177.1", "00.00.00.00",
    "0x7f000001", "0X7F000001", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0x7f.1", "0x0000007f.1",  # hex
    "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0x0a000001", "0xc0a80101", "0x", "0x0",
    "127.1", "127.0.1", "127.65534", "10.1", "192.168.257", "169.254.43518", "0.0", "0.1",  # short
    "127.000.000.001", "127.0.0.01", "127.0.0.1.", "127.0.0.1..", ".127.0.0.1", "127..0.0.1",
    "127.0.0.0x1", "127.0.0.256", "127.0.0.1.1", "300.1.1.1", "1.2.3.4.5", "08.8.8.8", "a.b.c.1",
)  # fmt: skip
LOOPBACK_IPV6 = (
    "::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::0001", "0::1", "::0:1",
    "::", "0:0:0:0:0:0:0:0", "0::0",
    "::1%25lo", "::1%lo", "::1%1",  # with a zone
)  # fmt: skip
IPV4_IN_IPV6 = (
    "::ffff:127.0.0.1", "::FFFF:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:1",  # mapped
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::ffff:0.0.0.0",
    "::ffff:192.168.1.1", "0000::ffff:7f00:0001", "::ffff:100.64.0.1", "::ffff:255.255.255.255",
    "::127.0.0.1", "::7f00:1", "::10.0.0.1", "::a9fe:a9fe", "::8.8.8.8",  # compatible
    "::ffff:0:127.0.0.1", "::ffff:0:7f00:1", "::ffff:0:8.8.8.8",  # translated
    "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe",  # NAT64
    "64:ff9b::192.168.1.1", "64:ff9b::0.0.0.0", "64:FF9B::7F00:1", "64:ff9b:0:0:0:0:7f00:1",
    "64:ff9b:1::7f00:1", "64:ff9b:1::8.8.8.8", "64:ff9b:1:7f00:0:100::",  # NAT64 of a site
    "2002:7f00:1::", "2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:101::1",
    "2002:5db8:d822::1", "2002::1",  # 6to4, refused whole
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001::1", "2001:0:7f00:1::", "2001:0:a9fe:a9fe::1",
    "2001:0:5db8:d822::1",  # Teredo, refused whole
    "2606:2800:220:1:0:5efe:7f00:1", "2606:2800:220:1:0:5efe:10.0.0.1",  # ISATAP
    "2606:2800:220:1:200:5efe:a9fe:a9fe", "2606:2800:220:1:0200:5efe:192.168.1.1",
    "fe80::5efe:7f00:1", "fe80::200:5efe:a00:1",
)  # fmt: skip
OTHER_IPV6 = (
    "fe80::1", "FE80::1", "febf::1", "fe80::a9fe:a9fe", "fe80::1%25eth0", "fe80::1%eth0",
    "fe80::1%252", "2606:2800:220:1::1%25eth0", "2606:2800:220:1::1%1",  # zones, public ones too
    "fc00::1", "fd00::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::1", "feff::1",
    "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",  # metadata of Amazon and Google
    "ff02::1", "ff0e::1", "ff05::1:3",  # multicast
    "100::1", "100:0:0:1::1", "2001:db8::1", "3fff::1", "3fff:fff::1",  # discard, documents
    "2001:2::1", "2001:3::1", "2001:10::1", "2001:20::1", "2001:1::1", "2001:4:112::1",  # protocols
    "5f00::1", "4000::1", "6000::1", "8000::1", "e000::1", "1::1", "200::1", "400::1",  # unassigned
)  # fmt: skip
NAMES = ("localhost", "LOCALHOST", "LocalHost")
NO_NAMES = (
    "", ".", "..", "-", "a..example", "-a.example", "a-.example", "a,b.example", "a;b", "a+b",
    "*.example.com", "$(id).example.com", "{a}.example", "a'b", 'a"b', "<a>", "a^b", "a|b", "a`b",
    "a" * 64 + ".example", "a." * 127 + "ab",
)  # fmt: skip
UNICODE = (
    "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "localhost。",  # other full stops
    "①②⑦.⓪.⓪.①", "①27.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "⑯⑨。②⑤④。⑯⑨｡②⑤④",  # circled
    "１２７.０.０.１", "ｌｏｃａｌｈｏｓｔ", "０ｘ7f.1", "127.0.0.１",  # wide
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "𝓁𝑜𝒸𝒶𝓁𝒽𝑜𝓈𝓉", "¹²⁷.0.0.¹", "₁₂₇.0.0.₁",  # of mathematics
    "١٢٧.٠.٠.١", "१२७.०.०.१", "۱۲۷.۰.۰.۱",  # other digits
    "localhoſt", "loc\u00adalhost", "127.0.0.1\u200b", "local\u200dhost", "\ufeff127.0.0.1",
    "lоcalhost", "münchen.example", "faß.example", "127.0.0.1\u2044x", "a\u2100b", "ⅼocalhost",
    "\ud800.example", "127\u30020.0.1", "127.0.0.1\uff03", "127.0.0.1\uff0fx", "x\uff20127.0.0.1",
)  # fmt: skip
PERCENT = (
    "127.0.0.%31", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "%6c%6f%63%61%6c%68%6f%73%74",
    "localhost%2e", "127.0.0.1%00.example.com", "127.0.0.1%2f.example.com", "%5b::1%5d",
    "127.0.0.1%23.example.com", "127.0.0.1%3f.example.com", "example.com%40127.0.0.1",
    "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1", "127%E3%80%820%E3%80%820%E3%80%821", "%30", "%30x7f.1",
)  # fmt: skip
BRACKETS = (
    "[127.0.0.1]", "[localhost]", "[0x7f.1]", "[[::1]]", "[::1", "::1]", "[::1]x", "[::1].example",
    "[v1.127.0.0.1]", "[vF.::1]", "[]", "[:]", "[:::]", "[::1]]", "[::g]", "[1::2::3]",
    "[::ffff:0x7f.1]", "[::ffff:127.1]", "[::ffff:0177.0.0.1]", "[::ffff:127.0.0.01]", "[12345::]",
)  # fmt: skip
WHOLE = (
    # who is the host, who the user
    "http://example.com@127.0.0.1:{port}/v", "http://example.com:80@127.0.0.1:{port}/v",
    "http://127.0.0.1:{port}@example.com/v", "http://a@b@127.0.0.1:{port}/v",
    "http://@127.0.0.1:{port}/v", "http://:@127.0.0.1:{port}/v", "http://a:b@[::1]:{port}/v",
    "http://example.com%00@127.0.0.1:{port}/v",
    "http://127.0.0.1:{port}#@example.com/v", "http://127.0.0.1:{port}?@example.com/v",
    "http://127.0.0.1:{port}/@example.com/v", "http://user@example.com/v", "http://u:p@10.0.0.1/v",
    # backslash, blank, control characters
    "http://example.com\\@127.0.0.1:{port}/v", "http://127.0.0.1:{port}\\@example.com/v",
    "http:\\\\127.0.0.1:{port}/v", "http:/\\127.0.0.1:{port}/v", "http://\\127.0.0.1:{port}/v",
    "http://127.0.0.1:{port}\\.example.com/v", " http://127.0.0.1:{port}/v",
    "http:// 127.0.0.1:{port}/v", "http://127.0.0.1 :{port}/v", "http://127.0.0.1:{port} /v",
    "http://\t127.0.0.1:{port}/v", "ht\ttp://127.0.0.1:{port}/v", "http://127.\n0.0.1:{port}/v",
    "http://127.0.0.1:{port}/\r\nHost: x", "http://example.com/\x00@127.0.0.1:{port}/v",
    "http://127.0.0.1\x7f:{port}/v", "http://127.0.0.1\x85:{port}/v", "http://127.0.0.1\xa0/v",
    # slashes
    "http:///127.0.0.1:{port}/v", "http:////127.0.0.1:{port}/v", "http:/127.0.0.1:{port}/v",
    "http:127.0.0.1:{port}/v", "//127.0.0.1:{port}/v", "127.0.0.1:{port}/v", "http://", "http:///v",
    "/127.0.0.1:{port}/v", "://127.0.0.1:{port}/v", "http://?127.0.0.1:{port}", "http://#127.0.0.1",
    # ports
    "http://127.0.0.1:{port}:80/v", "http://[::1]:{port}:80/v", "http://::1:{port}/v",
    "http://127.0.0.1:0/v", "http://example.com:0/v", "http://example.com:65536/v",
    "http://example.com:-1/v", "http://example.com:+80/v", "http://example.com:/v",
    "http://example.com:８０/v", "http://example.com:0x50/v", "http://example.com:000080/v",
    # chains
    "zip::http://127.0.0.1:{port}/v", "http://127.0.0.1:{port}/v::file:///etc/passwd",
    "simplecache::s3://bucket/v", "http::http://127.0.0.1:{port}/v", "tar://a::http://127.0.0.1/v",
    "http://example.com/v]::file:///etc/passwd", "http://[::1]::file:///etc/passwd",
    # other schemes
    "HTTP://127.0.0.1:{port}/v", "hTTps://127.0.0.1:{port}/v", "https://[::1]:{port}/v",
    "ftp://127.0.0.1:{port}/v", "gopher://127.0.0.1:{port}/_v", "dict://127.0.0.1:{port}/v",
    "ldap://127.0.0.1:{port}/v", "tftp://127.0.0.1:{port}/v", "ws://127.0.0.1:{port}/v",
    "url:http://127.0.0.1:{port}/v", "jar:http://127.0.0.1:{port}!/v", "data:video/mp4;base64,AA",
    "view-source:http://127.0.0.1:{port}/v", "http+unix://%2Frun%2Fdocker.sock/v", "rtmp://127.0.0.1/v",
    "httpx://127.0.0.1:{port}/v", "http ://127.0.0.1:{port}/v", "concat:http://127.0.0.1:{port}/v",
    "file:///etc/passwd", "file://localhost/etc/passwd", "FILE:///etc/passwd", "file:/etc/passwd",
    "s3://uploads/v.mp4", "gs://uploads/v.mp4", "hdfs://127.0.0.1:{port}/v", "abfs://127.0.0.1/v",
)  # fmt: skip

HOSTS = (
    *PLAIN_IPV4,
    *ODD_IPV4,
    *(f"[{address}]" for address in (*LOOPBACK_IPV6, *IPV4_IN_IPV6, *OTHER_IPV6)),
    *NAMES,
    *NO_NAMES,
    *UNICODE,
    *PERCENT,
    *BRACKETS,
)
FORBIDDEN = (*(f"http://{host}:{{port}}/v.mp4" for host in HOSTS), *WHOLE)
REDIRECTS = tuple(  # but for what would end the header, and what is a path there
    uri for uri in FORBIDDEN if not set("\r\n\0") & set(uri) and not uri.startswith("/127")
)

PUBLIC_HOSTS = (
    "93.184.216.34", "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.1", "172.15.255.255",
    "172.32.0.1", "192.167.1.1", "192.169.0.1", "100.63.255.255", "100.128.0.1", "169.253.1.1",
    "198.17.255.255", "198.20.0.1", "223.255.255.255", "126.255.255.255", "128.0.0.1",
    "168.63.129.17", "192.0.1.1",
    "[2606:2800:220:1::1]", "[2001:4860:4860::8888]", "[2a00:1450:4001:81c::200e]", "[2620:fe::fe]",
    "[2400:cb00:2048:1::6814:1]", "[2001:200::1]", "[2003::1]", "[3ffe::1]",
    "[::ffff:93.184.216.34]", "[64:ff9b::5db8:d822]", "[64:ff9b::8.8.8.8]",  # a cluster's DNS64
    "[2606:2800:220:1:0:5efe:808:808]",
)  # fmt: skip
PUBLIC_NAMES = (
    "cdn.example.com", "CDN.Example.com", "cdn.example.com.", "a-b.example", "under_score.example",
    "xn--mnchen-3ya.example", "1.example", "0x7f.example", "127.0.0.1.example", "cdn",
    "a.b.c.d.e.f",
)  # fmt: skip
