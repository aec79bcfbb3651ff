// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/cloud.h"
#include "server/cloud/options.h"
#include "server/cloud/stopsignals.h"

#include <QApplication>
#include <QTextStream>

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
    const StopSignals signals_;
    const auto cloud = Cloud::start(options);
    if (!cloud)
        return complain(cloud.error());
    say((*cloud)->welcome());
    QObject::connect(&signals_, &StopSignals::stopRequested, &application, &QCoreApplication::quit);
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

} // namespace

int main(int argc, char **argv)
{
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
    case RunMode::Window:
    case RunMode::Connect:
        break;
    }
    return 0;
}
