// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncoptions.h"

#include "app/client/rememberedcloud.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace nephele {

namespace {

constexpr char helpText[] = R"help(Keeps a folder and a container of a cloud equal, both ways.

Usage:
  nephele sync DIR URL [options]

DIR is a folder of this machine. URL is one of
  http://HOST:PORT/pithos/object-store/v1/ACCOUNT/CONTAINER[/PREFIX]
  http://HOST:PORT/CONTAINER[/PREFIX]       your own account
  CONTAINER[/PREFIX]                        your own account at OS_AUTH_URL
A container that is not there is made.

Options:
  --once                 Until both are equal, then end (default).
  --watch                Go on: soon after a change here, and every ten seconds for what changed there.
  --dry-run              Only say what would be done.
  --verbose              Also say what is left alone, and how much was moved over the network.
  --allow-mass-delete    Go on where most files would be deleted at once, or a side has become empty.
  --user NAME            Who signs in (default OS_USERNAME). The password is OS_PASSWORD, or asked for.
  --project NAME         In which project (default OS_PROJECT_NAME, else the user's own).
  --token TOKEN          Instead of signing in (default OS_TOKEN or ASTAKOS_TOKEN where no name is set).
  --fingerprint SHA256   Trust this certificate of the cloud (OS_CACERT names a file of authorities).
  --state-dir DIR        Where it is remembered what was equal last (default: with your data).
  -h, --help             This text.

One line is written for each file that is touched. A file changed on both sides stays twice: yours gets
"(conflict HOST TIME)" into its name. What was changed on one side and deleted on the other stays. Lines of a
file .nepheleignore in DIR, written as for git, name what is left alone; links and special files always are.

Ends with 0 when both are equal, 1 when something failed, 2 when it was called wrongly, 3 when there were
conflicts.
)help";

struct Words
{
    QStringList places;
    QHash<QString, QString> values;
    QSet<QString> flags;
};

Result<Words> wordsOf(const QStringList &arguments)
{
    static const QSet<QString> valued { QStringLiteral("--user"), QStringLiteral("--project"),
        QStringLiteral("--token"), QStringLiteral("--fingerprint"), QStringLiteral("--state-dir") };
    static const QSet<QString> flags { QStringLiteral("--once"), QStringLiteral("--watch"),
        QStringLiteral("--dry-run"), QStringLiteral("--verbose"), QStringLiteral("--allow-mass-delete"),
        QStringLiteral("--help"), QStringLiteral("-h") };
    Words words;
    bool onlyPlaces = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments.at(i);
        const QString name = argument.section(QLatin1Char('='), 0, 0);
        if (onlyPlaces || !argument.startsWith(QLatin1Char('-'))) {
            words.places.append(argument);
        } else if (argument == QLatin1StringView("--")) {
            onlyPlaces = true;
        } else if (flags.contains(argument)) {
            words.flags.insert(argument);
        } else if (valued.contains(name)) {
            const bool isJoined = argument.contains(QLatin1Char('='));
            const QString value = isJoined ? argument.section(QLatin1Char('='), 1) : arguments.value(++i);
            if (value.isEmpty())
                return invalid(QStringLiteral("%1 needs a value.").arg(name));
            words.values.insert(name, value);
        } else {
            return invalid(QStringLiteral("Unknown option '%1'; see nephele sync --help.").arg(argument));
        }
    }
    return words;
}

// Whether what the environment holds for one cloud may be shown to the one at hand.
bool isFor(const QString &endpoint, const QUrl &cloud)
{
    return endpoint.isEmpty() || ContainerAddress::cloudOf(QUrl(endpoint)) == cloud;
}

Credentials credentialsFrom(const Words &words, const QHash<QString, QString> &environment, const QUrl &cloud)
{
    const auto set = [&](const char *name) { return environment.value(QLatin1StringView(name)); };
    Credentials credentials;
    credentials.token = words.values.value(QStringLiteral("--token"));
    if (!credentials.token.isEmpty())
        return credentials;
    const bool isOpenStackFor = isFor(set("OS_AUTH_URL"), cloud);
    credentials.userName = words.values.value(QStringLiteral("--user"));
    credentials.projectName = words.values.value(QStringLiteral("--project"));
    const bool isNamed = !credentials.userName.isEmpty();
    if (isOpenStackFor) {
        if (!isNamed)
            credentials.userName = set("OS_USERNAME");
        if (credentials.userName == set("OS_USERNAME") || set("OS_USERNAME").isEmpty())
            credentials.password = set("OS_PASSWORD");
        if (credentials.projectName.isEmpty() && (!isNamed || credentials.userName == set("OS_USERNAME")))
            credentials.projectName = set("OS_PROJECT_NAME");
        if (credentials.userName.isEmpty()) {
            credentials.credentialId = set("OS_APPLICATION_CREDENTIAL_ID");
            credentials.credentialSecret = set("OS_APPLICATION_CREDENTIAL_SECRET");
            if (credentials.credentialId.isEmpty())
                credentials.token = set("OS_TOKEN");
        }
    }
    if (credentials.isEmpty() && isFor(set("ASTAKOS_AUTH_URL"), cloud))
        credentials.token = set("ASTAKOS_TOKEN");
    return credentials;
}

Result<QByteArray> fingerprintFrom(const QString &text, const QUrl &cloud)
{
    if (text.isEmpty())
        return rememberedCloud(cloud).fingerprint;
    static const QRegularExpression form(QStringLiteral("\\A(?:[0-9A-Fa-f]{2}:?){32}\\z"));
    if (!form.match(text).hasMatch())
        return invalid(
            QStringLiteral("--fingerprint: must be a SHA-256 fingerprint: 32 pairs of hex digits."));
    return QByteArray::fromHex(text.toLatin1()).toHex(':').toUpper();
}

} // namespace

bool SyncOptions::lacksPassword() const
{
    const Credentials &c = settings.credentials;
    return c.token.isEmpty() && c.credentialId.isEmpty() && !c.userName.isEmpty() && c.password.isEmpty();
}

Result<SyncOptions> parseSyncOptions(const QStringList &arguments, const QHash<QString, QString> &environment)
{
    const auto words = wordsOf(arguments);
    if (!words)
        return words.error();
    SyncOptions options;
    const auto has = [&](const char *flag) { return words->flags.contains(QLatin1StringView(flag)); };
    if (has("--help") || has("-h")) {
        options.information = QString::fromLatin1(helpText);
        return options;
    }
    if (words->places.size() != 2)
        return invalid(
            QStringLiteral("nephele sync needs a folder and a container: nephele sync DIR URL; see --help."));
    if (has("--once") && has("--watch"))
        return invalid(QStringLiteral("--once and --watch exclude each other."));
    if (has("--watch") && has("--dry-run"))
        return invalid(QStringLiteral("--watch and --dry-run exclude each other."));
    SyncSettings &settings = options.settings;
    settings.folder = words->places.at(0);
    if (!QFileInfo(settings.folder).isDir())
        return invalid(QStringLiteral("There is no folder %1.").arg(settings.folder));
    QString endpoint = environment.value(QStringLiteral("OS_AUTH_URL"));
    if (endpoint.isEmpty())
        endpoint = environment.value(QStringLiteral("ASTAKOS_AUTH_URL"));
    const QUrl cloud = endpoint.isEmpty() ? QUrl() : ContainerAddress::cloudOf(QUrl(endpoint));
    const auto address = ContainerAddress::fromText(words->places.at(1), cloud);
    if (!address)
        return address.error();
    settings.address = *address;
    settings.credentials = credentialsFrom(*words, environment, address->cloud);
    if (settings.credentials.isEmpty())
        return invalid(
            QStringLiteral("Who signs in at %1? Give --user or --token, or set OS_USERNAME for that cloud.")
                .arg(address->cloud.toString()));
    const auto fingerprint =
        fingerprintFrom(words->values.value(QStringLiteral("--fingerprint")), address->cloud);
    if (!fingerprint)
        return fingerprint.error();
    settings.fingerprint = *fingerprint;
    if (const QString file = environment.value(QStringLiteral("OS_CACERT")); !file.isEmpty())
        settings.authorities = QSslCertificate::fromPath(file);
    settings.stateDir = words->values.value(QStringLiteral("--state-dir"));
    settings.mode = has("--dry-run") ? SyncMode::DryRun : SyncMode::Real;
    settings.massDeletions = has("--allow-mass-delete") ? MassDeletions::Allowed : MassDeletions::Asked;
    options.repeat = has("--watch") ? SyncRepeat::Watch : SyncRepeat::Once;
    options.talk = has("--verbose") ? SyncTalk::Verbose : SyncTalk::Normal;
    return options;
}

} // namespace nephele
