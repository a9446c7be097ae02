package io.attune.hub;

/** Explains a failed request to the user. The Hub gives the reason in its header X-Error-Code. */
final class Refusal {

    private static final int MAX_SHOWN = 200;

    private final HubSettings settings;
    private final HubId id;
    private final String revision;

    Refusal(HubSettings settings, HubId id, String revision) {
        this.settings = settings;
        this.id = id;
        this.revision = revision;
    }

    /** @param what the requested file, such as "config.json" */
    HubException of(Answer answer, String what) {
        String code = answer.header("X-Error-Code");
        String said = shown(answer.header("X-Error-Message"));
        String page = settings.endpoint() + "/" + id;
        return new HubException(
                switch (code) {
                    case "GatedRepo" -> gated(page);
                    case "RepoNotFound" -> unknown();
                    case "RevisionNotFound" ->
                        id + " has no revision " + shown(revision)
                                + "; --revision wants a branch, a tag or a commit that " + page + " lists";
                    case "EntryNotFound" -> id + " has no file " + what + " at revision " + shown(revision);
                    default -> other(answer, said, what);
                });
    }

    private String gated(String page) {
        return settings.token().isEmpty()
                ? id + " is gated: accept its licence on " + page + ", make a token there, and set HF_TOKEN to it"
                : id + " is gated, and the account of the token in "
                        + settings.token().get().source()
                        + " may not read it (yet): ask for access on " + page
                        + ", and give the token the right to read "
                        + "gated repositories";
    }

    private String unknown() {
        return "the Hub at " + settings.endpoint() + " has no model " + id + ", or it is private; check the spelling"
                + (settings.token().isEmpty()
                        ? ", and set HF_TOKEN for a private model"
                        : ", and whether the token in " + settings.token().get().source() + " may read it");
    }

    private String other(Answer answer, String said, String what) {
        if (said.equals("Invalid credentials in Authorization header")) {
            return "the Hub does not know the token in "
                    + settings.token().map(HubToken::source).orElse("the request")
                    + "; make a new one and set HF_TOKEN to it, or unset it for a public model";
        }
        boolean api = answer.address().getPath().contains("/api/models/");
        if (api && (answer.status() == 401 || answer.status() == 404)) {
            return unknown();
        }
        return answer.address().getHost() + " answered " + answer.status() + " for " + what + " of " + id
                + (said.isEmpty() ? "" : ": " + said);
    }

    /** Text of a server, safe for a terminal. */
    static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "..." : plain;
    }
}
