// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cloudwindow.h"

#include "app/client/answer.h"
#include "app/client/rememberedcloud.h"
#include "app/servers/serverspane.h"
#include "app/signin/certificatedialog.h"
#include "app/signin/signindialog.h"

namespace nephele {

namespace {

constexpr int healthEveryMs = 30'000;

QString roleWord(const QStringList &roles)
{
    // The highest says it all.
    for (const auto &[role, word] : { std::pair { QStringLiteral("admin"), CloudWindow::tr("administrator") },
             { QStringLiteral("manager"), CloudWindow::tr("manager") },
             { QStringLiteral("member"), CloudWindow::tr("member") },
             { QStringLiteral("reader"), CloudWindow::tr("reader") } }) {
        if (roles.contains(role))
            return word;
    }
    return {};
}

} // namespace

CloudWindow::CloudWindow(const ClientOptions &options, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_client(options.url)
    , m_window(std::make_unique<MainWindow>())
    , m_feed(m_client)
    , m_tasks(m_client, *m_window->tasks())
    , m_servers(new ServersPane(m_client))
{
    m_window->setPane(Place::Servers, m_servers);
    m_window->go(Place::Servers);
    m_status.name = options.name.isEmpty() ? options.url.host() : options.name;
    m_status.url = (options.shownUrl.isEmpty() ? options.url : options.shownUrl).toString();
    m_status.isOwn = options.isOwn;
    m_status.fingerprint = options.fingerprint;
    m_window->setCloudStatus(m_status);
    if (!options.settingsGroup.isEmpty())
        m_window->rememberIn(options.settingsGroup);
    if (!options.isOwn)
        m_client.session().connection().pin(rememberedCloud(options.url).fingerprint);
    m_client.session().setCredentials(options.credentials);

    m_health.setInterval(healthEveryMs);
    connect(&m_health, &QTimer::timeout, this, &CloudWindow::readHealth);
    connect(m_window.get(), &MainWindow::quitWanted, this, &CloudWindow::quitWanted);
    connect(m_window.get(), &MainWindow::reconnectWanted, &m_feed, &ChangeFeed::retryNow);
    connect(m_window.get(), &MainWindow::projectChosen, this, &CloudWindow::switchProject);
    connectClient();
    connectFeed();
}

CloudWindow::~CloudWindow()
{
    // Panes and dialogs hold the client; it goes last.
    m_feed.stop();
    m_window.reset();
}

void CloudWindow::show()
{
    m_window->show();
    if (m_options.credentials.isEmpty())
        askForSignIn({ ErrorCode::Unauthenticated, {}, {} });
    else
        begin();
}

void CloudWindow::connectClient()
{
    CloudSession &session = m_client.session();
    connect(&session, &CloudSession::sessionChanged, this, &CloudWindow::showSession);
    connect(&session, &CloudSession::signInNeeded, this, &CloudWindow::askForSignIn);
    connect(
        &session.connection(), &RestConnection::certificateUnknown, this, &CloudWindow::askAboutCertificate);
}

void CloudWindow::connectFeed()
{
    connect(&m_feed, &ChangeFeed::changed, this, [this](const QList<FeedChange> &changes) {
        setLink(CloudStatus::Link::Connected);
        m_servers->source()->take(changes);
        m_tasks.refresh();
    });
    connect(&m_feed, &ChangeFeed::reload, this, [this] {
        setLink(CloudStatus::Link::Connected);
        reloadAll();
    });
    connect(
        &m_feed, &ChangeFeed::connectionRestored, this, [this] { setLink(CloudStatus::Link::Connected); });
    connect(&m_feed, &ChangeFeed::connectionLost, this, [this](const Error &why) {
        if (why.code != ErrorCode::Unauthenticated)
            setLink(CloudStatus::Link::Lost, why.message);
    });
}

void CloudWindow::begin()
{
    m_feed.start();
    reloadAll();
    readHealth();
    readProjects();
    m_health.start();
}

void CloudWindow::reloadAll()
{
    m_servers->reload();
    m_tasks.refresh();
}

void CloudWindow::readHealth()
{
    QElapsedTimer clock;
    clock.start();
    onAnswer(m_client.health(), this, [this, clock](const Result<QJsonObject> &facts) {
        if (!facts)
            return;
        readHealthFacts(*facts, m_status);
        m_status.latencyMs = int(clock.elapsed());
        setLink(CloudStatus::Link::Connected);
    });
}

void CloudWindow::readProjects()
{
    onAnswer(m_client.projects(), this, [this](const Result<QList<ProjectName>> &projects) {
        if (!projects)
            return;
        m_account.projects.clear();
        for (const ProjectName &project : *projects)
            m_account.projects.append({ project.id.text(), project.name });
        m_window->setAccount(m_account);
    });
}

void CloudWindow::showSession(const Session &session)
{
    m_account.userName = session.userName;
    m_account.role = roleWord(session.roles);
    m_account.project = { session.project.text(), session.projectName };
    m_window->setAccount(m_account);
}

void CloudWindow::switchProject(const QString &projectId)
{
    onAnswer(m_client.session().switchProject(ProjectId::stored(projectId)), this,
        [this](const Result<Session> &session) {
            if (!session)
                return;
            m_servers->clear();
            m_window->tasks()->clear();
            begin();
        });
}

void CloudWindow::setLink(CloudStatus::Link link, const QString &reason)
{
    m_status.link = link;
    m_status.reason = reason;
    m_window->setCloudStatus(m_status);
}

void CloudWindow::askForSignIn(const Error &why)
{
    m_feed.stop();
    if (m_options.isOwn) {
        // Our own token does not expire while the cloud runs; there is nobody to ask.
        setLink(CloudStatus::Link::Lost, why.message);
        return;
    }
    if (m_signIn)
        return; // its owner is told by signIn()
    const RememberedCloud remembered = rememberedCloud(m_options.url);
    Credentials suggested = m_client.session().credentials();
    if (suggested.userName.isEmpty()) {
        suggested.userName = remembered.userName;
        suggested.projectName = remembered.projectName;
    }
    m_signIn = new SignInDialog(m_options.url, suggested, m_window.get());
    m_signIn->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_signIn, &SignInDialog::entered, this, &CloudWindow::signIn);
    m_signIn->open();
}

void CloudWindow::signIn(const Credentials &credentials)
{
    m_client.session().setCredentials(credentials);
    onAnswer(m_client.session().signIn(), this, [this, credentials](const Result<Session> &session) {
        if (!session) {
            if (m_signIn)
                m_signIn->showFailure(session.error());
            return;
        }
        if (m_signIn)
            m_signIn->accept();
        RememberedCloud cloud = rememberedCloud(m_options.url);
        cloud.userName = credentials.userName;
        cloud.projectName = credentials.projectName;
        remember(m_options.url, cloud);
        begin();
    });
}

void CloudWindow::askAboutCertificate(const UnknownCertificate &certificate)
{
    if (m_certificate)
        return;
    QWidget *over = m_signIn ? static_cast<QWidget *>(m_signIn) : m_window.get();
    auto *dialog = new CertificateDialog(certificate, over);
    m_certificate = dialog;
    connect(dialog, &CertificateDialog::trusted, this, [this](const QByteArray &fingerprint) {
        m_client.session().connection().pin(fingerprint);
        RememberedCloud cloud = rememberedCloud(m_options.url);
        cloud.fingerprint = fingerprint;
        remember(m_options.url, cloud);
        if (m_signIn)
            signIn(m_client.session().credentials());
        else
            begin();
    });
    dialog->open();
}

void readHealthFacts(const QJsonObject &facts, CloudStatus &status)
{
    const QString mode = facts.value(QStringLiteral("runMode")).toString();
    if (mode == QStringLiteral("desktop"))
        status.runMode = CloudStatus::RunMode::DesktopUser;
    else if (mode == QStringLiteral("service"))
        status.runMode = CloudStatus::RunMode::SystemService;
    else if (mode == QStringLiteral("root"))
        status.runMode = CloudStatus::RunMode::Root;
    status.listensBeyondLoopback =
        facts.value(QStringLiteral("beyondLoopback")).toBool(status.listensBeyondLoopback);

    const QJsonObject hypervisor = facts.value(QStringLiteral("hypervisor")).toObject();
    if (hypervisor.isEmpty())
        return;
    status.hosts = { { hypervisor.value(QStringLiteral("uri")).toString(),
        hypervisor.value(QStringLiteral("connected")).toBool(true),
        hypervisor.value(QStringLiteral("problem")).toString() } };
    const QString accelerator = hypervisor.value(QStringLiteral("accelerator")).toString();
    status.pretendsMachines = accelerator == QStringLiteral("pretend");
    if (accelerator == QStringLiteral("kvm"))
        status.acceleration = CloudStatus::Acceleration::Hardware;
    else if (accelerator == QStringLiteral("tcg"))
        status.acceleration = CloudStatus::Acceleration::None;
}

} // namespace nephele
