// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cloudwindow.h"
#include "app/sync/synccommand.h"
#include "app/widgets/theme.h"
#include "server/cloud/cloud.h"
#include "server/cloud/options.h"
#include "server/cloud/stopsignals.h"

#include <QApplication>
#include <QLoggingCategory>
#include <QMessageBox>
#include <QProcessEnvironment>
#include <QTextStream>

#include <sys/stat.h>

using namespace nephele;

namespace {

int complain(const Error &error)
{
    QTextStream(stderr) << QStringLiteral("nephele: ") << error.message << Qt::endl;
    if (!error.detail.isEmpty())
        QTextStream(stderr) << QStringLiteral("  (") << error.detail << QStringLiteral(")") << Qt::endl;
    return 1;
}

void say(const QString &text)
{
    QTextStream(stdout) << text << Qt::flush;
}

int runHeadless(int &argc, char **argv, const ProgramOptions &options)
{
    const QCoreApplication application(argc, argv);
    const StopSignals stopSignals;
    const auto cloud = Cloud::start(options);
    if (!cloud)
        return complain(cloud.error());
    say((*cloud)->welcome());
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}

int runCheck(int &argc, char **argv, const ProgramOptions &options)
{
    const QCoreApplication application(argc, argv);
    const auto damage = checkCloud(options);
    if (!damage)
        return complain(damage.error());
    say(damage->isEmpty() ? QStringLiteral("Everything is as it should be.\n")
                          : damage->join(QLatin1Char('\n')) + QLatin1Char('\n'));
    return damage->isEmpty() ? 0 : 1;
}

int runAdmin(int &argc, char **argv, const ProgramOptions &options)
{
    const QCoreApplication application(argc, argv);
    const auto answer = administerCloud(options);
    if (!answer)
        return complain(answer.error());
    say(*answer);
    return 0;
}

int runSync(int &argc, char **argv, const ProgramOptions &options)
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("nephele"));
    QCoreApplication::setApplicationName(QStringLiteral("nephele"));
    QLoggingCategory::setFilterRules(QStringLiteral("nephele.*.debug=false"));
    const QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    QHash<QString, QString> environment;
    for (const QString &name : variables.keys())
        environment.insert(name, variables.value(name));
    auto sync = parseSyncOptions(options.syncArguments, environment);
    if (!sync) {
        complain(sync.error());
        return 2;
    }
    if (sync->information) {
        say(*sync->information);
        return 0;
    }
    if (sync->lacksPassword()) {
        const auto password = SyncCommand::askPassword(sync->settings.credentials.userName);
        if (!password) {
            complain(invalid(QStringLiteral("There is no terminal to ask for the password; set OS_PASSWORD.")));
            return 2;
        }
        sync->settings.credentials.password = *password;
    }
    const StopSignals stopSignals;
    SyncCommand command(*sync);
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &command, &SyncCommand::stop);
    QObject::connect(
        &command, &SyncCommand::ended, &application, [](int status) { QCoreApplication::exit(status); });
    command.start();
    return QCoreApplication::exec();
}

// The window on its own cloud or, where that runs already, on the running one.
Result<ClientOptions> clientOptions(const ProgramOptions &options, std::unique_ptr<Cloud> &cloud)
{
    ClientOptions client;
    client.settingsGroup = QStringLiteral("window");
    if (options.mode == RunMode::Connect) {
        client.url = QUrl(options.connectUrl);
        client.isOwn = false;
        return client;
    }
    client.name = QCoreApplication::translate("main", "This computer");
    auto started = Cloud::start(options);
    if (started) {
        cloud = std::move(*started);
        client.url = cloud->windowUrl();
        client.shownUrl = cloud->url();
        client.credentials.token = QString::fromLatin1(cloud->windowToken());
        client.fingerprint = cloud->tlsFingerprint();
        return client;
    }
    const auto running = started.error().code == ErrorCode::Conflict ? runningCloud(options) : std::nullopt;
    if (!running)
        return started.error();
    client.url = running->url;
    client.credentials.userName = running->userName;
    client.credentials.password = running->password;
    client.credentials.projectName = running->projectName;
    client.isOwn = false;
    return client;
}

int runWindow(int &argc, char **argv, const ProgramOptions &options)
{
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("nephele"));
    QCoreApplication::setApplicationName(QStringLiteral("nephele"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.nephele.Nephele"));
    QApplication::setQuitOnLastWindowClosed(false);
    const StopSignals stopSignals;
    Theme::instance().install(application);
    std::unique_ptr<Cloud> cloud;
    const auto client = clientOptions(options, cloud);
    if (!client) {
        // Started from a desktop nobody reads the terminal: the reason gets a window of its own.
        complain(client.error());
        QMessageBox box(QMessageBox::Critical, QStringLiteral("Nephele"),
            QCoreApplication::translate("main", "The cloud cannot start. %1").arg(client.error().message));
        box.setDetailedText(client.error().detail);
        QObject::connect(&box, &QDialog::finished, &application, &QCoreApplication::quit);
        QObject::connect(&stopSignals, &StopSignals::stopRequested, &application, &QCoreApplication::quit);
        box.open();
        QApplication::exec();
        return 1;
    }
    if (cloud)
        say(cloud->welcome());
    CloudWindow window(*client);
    QObject::connect(&window, &CloudWindow::quitWanted, &application, &QCoreApplication::quit);
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &application, &QCoreApplication::quit);
    window.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    // What the cloud writes is its owner's; files that guests need get their rights one by one.
    const mode_t usersOwn = umask(077);
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const auto parsed = parseOptions(arguments);
    if (!parsed) {
        complain(parsed.error());
        return 2;
    }
    if (parsed->information) {
        say(*parsed->information);
        return 0;
    }
    const ProgramOptions &options = parsed->options;
    switch (options.mode) {
    case RunMode::Headless:
        return runHeadless(argc, argv, options);
    case RunMode::Check:
        return runCheck(argc, argv, options);
    case RunMode::Admin:
        return runAdmin(argc, argv, options);
    case RunMode::Sync:
        // What comes into a user's folder is made as his other programs make it.
        umask(usersOwn);
        return runSync(argc, argv, options);
    case RunMode::Window:
    case RunMode::Connect:
        return runWindow(argc, argv, options);
    }
    return 0;
}
