namespace Egress;

/// <summary>Why something is refused.</summary>
/// <param name="Code">A stable snake_case code, for the problem document.</param>
/// <param name="Sentence">Names the rule that was broken. It repeats nothing of what was sent, so it may be shown and logged.</param>
internal sealed record Refusal(string Code, string Sentence);
