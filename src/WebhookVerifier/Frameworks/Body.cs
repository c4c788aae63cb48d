// One name for "the bytes of a body", so that the rules are written once for both frameworks:
// netstandard2.0 has no spans without a package, and this package depends on nothing.
#if NET
global using Body = System.ReadOnlySpan<byte>;
#else
global using Body = byte[];
#endif
