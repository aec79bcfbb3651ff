// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/createserverpage.h"

#include "app/client/answer.h"
#include "app/servers/filesfield.h"
#include "app/servers/flavorchoice.h"
#include "app/servers/imagechoice.h"
#include "app/servers/keyfield.h"
#include "app/servers/serverwords.h"
#include "app/widgets/detailsdialog.h"
#include "app/widgets/elidedlabel.h"
#include "app/widgets/field.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/quotabar.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>

namespace nephele {

namespace {

constexpr int sumWidth = 300;
constexpr int mostUserDataBytes = 48 * 1024; // 64 KiB once in Base64
constexpr int mebibytesPerGibibyte = 1024;

QWidget *section(const QString &title, const QString &fact, QWidget *content)
{
    auto *whole = new QWidget;
    auto *column = makeColumn(whole, 0, metric::gapSmall);
    column->addWidget(makeSectionHead(title, fact));
    column->addWidget(content);
    return whole;
}

} // namespace

CreateServerPage::CreateServerPage(CloudClient &client, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_name(new QLineEdit)
    , m_nameField(new Field({}, m_name))
    , m_images(new ImageChoice)
    , m_flavors(new FlavorChoice)
    , m_key(new KeyField(client))
    , m_password(new QLineEdit)
    , m_passwordField(new Field({}, m_password,
          tr("Left empty, one is made up. Either way it is shown once, when the server is made.")))
    , m_userData(new QPlainTextEdit)
    , m_userDataField(new Field({}, m_userData))
    , m_files(new FilesField)
{
    m_columns = makeRow(this, 0, 0);
    m_columns->addWidget(makeForm(), 1000);
    m_rule = makeRule(Qt::Vertical);
    m_columns->addWidget(m_rule);
    m_sum = makeSum();
    m_columns->addWidget(m_sum);
    m_columns->addStretch(1);
    connectParts();
    load();
    showSum();
}

QWidget *CreateServerPage::makeForm()
{
    m_name->setObjectName(QStringLiteral("serverName"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(255);
    m_name->setMaximumWidth(Theme::px(320));
    m_password->setObjectName(QStringLiteral("serverPassword"));
    m_password->setAccessibleName(tr("Password"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setMaximumWidth(Theme::px(320));
    m_userData->setObjectName(QStringLiteral("userData"));
    m_userData->setAccessibleName(tr("User data"));
    m_userData->setTabChangesFocus(true);
    m_userData->setFixedHeight(Theme::lineHeight(150, 8));
    m_userData->setPlaceholderText(QStringLiteral("#cloud-config\npackages:\n  - nginx"));
    setType(m_userData, Type::Mono);

    auto *form = new QWidget;
    auto *column = makeColumn(form, 0, metric::gapSection);
    column->setContentsMargins(metric::paneEdge, metric::gapTiny, metric::gapSection, metric::gapSection);
    column->addWidget(
        section(tr("Name"), tr("Also its host name, where letters, digits and hyphens stay"), m_nameField));
    column->addWidget(section(tr("Image"), tr("What the disk starts with"), m_images));
    column->addWidget(section(tr("Flavor"), tr("Its size"), m_flavors));
    column->addWidget(section(tr("SSH key"), tr("Put into the first account of the image"), m_key));
    column->addWidget(section(tr("Password"), tr("Of the first account"), m_passwordField));
    column->addWidget(
        section(tr("First start"), tr("User data for cloud-init, or a script"), m_userDataField));
    column->addWidget(section(tr("Files"), tr("Put into the server before it starts"), m_files));
    column->addStretch();
    form->setMaximumWidth(Theme::px(metric::formMost));

    auto *area = new QScrollArea;
    area->setObjectName(QStringLiteral("createForm"));
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    area->setWidget(form);
    // On a wide screen the sum stays beside the form, the rest is left free.
    area->setMaximumWidth(Theme::px(metric::formMost) + metric::gapSection);
    return area;
}

QWidget *CreateServerPage::makeSum()
{
    auto *sum = new QWidget;
    auto *column = makeColumn(sum, metric::paneEdge, metric::gap);
    column->setContentsMargins(metric::paneEdge, metric::gapSmall, metric::paneEdge, metric::gapCard);

    m_sumFacts = new QWidget;
    auto *facts = makeColumn(m_sumFacts, 0, metric::gap);
    m_sumName = new ElidedLabel;
    setType(m_sumName, Type::Heading);
    m_sumWords = makeParagraph({});
    m_sumWords->setObjectName(QStringLiteral("orderSum"));
    facts->addWidget(m_sumName);
    facts->addWidget(m_sumWords);
    m_quota = new QWidget;
    auto *quota = makeColumn(m_quota, 0, metric::gap);
    quota->addWidget(makeRule());
    quota->addWidget(
        makeLabel(tr("Quota of %1").arg(m_client.session().session().projectName), Type::Strong));
    m_serversBar = new QuotaBar(tr("Servers"));
    m_vcpusBar = new QuotaBar(tr("vCPU"));
    m_memoryBar = new QuotaBar(tr("Memory"), tr("GB"));
    for (QuotaBar *bar : { m_serversBar, m_vcpusBar, m_memoryBar })
        quota->addWidget(bar);
    m_quota->hide(); // until the cloud told
    facts->addWidget(m_quota);
    facts->addStretch();
    column->addWidget(m_sumFacts, 1);

    m_refusal = new NoticeLine;
    m_refusal->setObjectName(QStringLiteral("refusal"));
    m_hint = makeParagraph({}, Type::Caption, Tone::Muted);
    m_hint->setObjectName(QStringLiteral("orderHint"));
    m_refusalMore = makeButton(tr("Show details"), ButtonKind::Link);
    m_refusalMore->hide();
    column->addWidget(m_refusal);
    column->addWidget(m_refusalMore, 0, Qt::AlignLeft);
    column->addWidget(m_hint);
    column->addWidget(makeButtons());
    return sum;
}

QWidget *CreateServerPage::makeButtons()
{
    auto *buttons = new QWidget;
    auto *row = makeRow(buttons);
    auto *copy = makeToolButton(QStringLiteral("edit-copy"), tr("Copy as command"));
    auto *cancel = makeButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("cancelCreate"));
    m_create = makeButton(tr("Create server"), ButtonKind::Primary);
    m_create->setObjectName(QStringLiteral("createServer"));
    row->addWidget(copy);
    row->addWidget(cancel);
    row->addWidget(m_create, 1);
    connect(copy, &QToolButton::clicked, this, &CreateServerPage::copyCommand);
    connect(cancel, &QPushButton::clicked, this, &CreateServerPage::cancelled);
    connect(m_create, &QPushButton::clicked, this, &CreateServerPage::submit);
    return buttons;
}

void CreateServerPage::connectParts()
{
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_nameField->setError({});
        showSum();
    });
    connect(m_images, &ImageChoice::chosenChanged, this, [this] {
        if (m_images->chosen())
            m_flavors->setImage(*m_images->chosen());
        showSum();
    });
    connect(m_flavors, &FlavorChoice::chosenChanged, this, &CreateServerPage::showSum);
    connect(m_key, &KeyField::chosenChanged, this, &CreateServerPage::showSum);
    connect(m_password, &QLineEdit::textChanged, this, [this] {
        m_passwordField->setError({});
        showSum();
    });
    connect(m_userData, &QPlainTextEdit::textChanged, this, [this] {
        m_userDataField->setError({});
        showSum();
    });
    connect(m_files, &FilesField::changed, this, &CreateServerPage::showSum);
    connect(m_refusalMore, &QPushButton::clicked, this,
        [this] { DetailsDialog::show(this, tr("The server was not created"), m_refusalDetails); });
}

void CreateServerPage::load()
{
    onAnswer(m_client.images(), this, [this](const Result<QList<Image>> &images) {
        if (images)
            m_images->setImages(*images);
        else
            m_images->setFailure(words::failure(tr("The images could not be loaded"), images.error()));
        showSum();
    });
    onAnswer(m_client.flavors(), this, [this](const Result<QList<Flavor>> &flavors) {
        if (flavors)
            m_flavors->setFlavors(*flavors);
        else
            m_flavors->setFailure(words::failure(tr("The flavors could not be loaded"), flavors.error()));
        showSum();
    });
    onAnswer(m_client.limits(), this, [this](const Result<ComputeLimits> &limits) {
        if (!limits)
            return;
        m_limits = *limits;
        m_flavors->setLimits(*limits);
        showSum();
    });
    m_key->load();
}

void CreateServerPage::focusFirst()
{
    m_name->setFocus();
}

QString CreateServerPage::whatIsMissing() const
{
    const Image *image = m_images->chosen();
    const Flavor *flavor = m_flavors->chosen();
    if (m_name->text().trimmed().isEmpty())
        return tr("Give it a name.");
    if (!image)
        return tr("Choose an image.");
    if (!flavor)
        return tr("Choose a flavor.");
    const QString misfit = FlavorChoice::misfit(*flavor, *image);
    if (!misfit.isEmpty())
        return misfit;
    QStringList tooMuch;
    for (const auto &[bar, name] : { std::pair { m_serversBar, tr("servers") }, { m_vcpusBar, tr("vCPU") },
             { m_memoryBar, tr("memory") } }) {
        if (m_limits && !bar->usage().fits())
            tooMuch.append(name);
    }
    if (!tooMuch.isEmpty())
        return tr("Not enough left: %1. Choose a smaller flavor, or ask for more quota.")
            .arg(tooMuch.join(QStringLiteral(", ")));
    for (const ServerOrder::File &file : m_files->files()) {
        if (!file.path.startsWith(QLatin1Char('/')))
            return tr("The path of a file begins with a slash.");
    }
    if (m_userData->toPlainText().toUtf8().size() > mostUserDataBytes)
        return tr("The user data is longer than 48 KB.");
    return {};
}

void CreateServerPage::showSum()
{
    const Image *image = m_images->chosen();
    const Flavor *flavor = m_flavors->chosen();
    const QString name = m_name->text().trimmed();
    m_sumName->setText(name.isEmpty() ? tr("New server") : name);
    QStringList lines;
    if (image)
        lines.append(image->name);
    if (flavor)
        lines.append(words::flavor(*flavor));
    lines.append(m_key->chosen().isEmpty() ? tr("No key") : tr("Key %1").arg(m_key->chosen()));
    if (!m_userData->toPlainText().isEmpty())
        lines.append(tr("Own user data"));
    if (const qsizetype files = m_files->files().size(); files > 0)
        lines.append(files == 1 ? tr("One file") : tr("%1 files").arg(files));
    m_sumWords->setText(lines.join(QLatin1Char('\n')));

    const qreal vcpus = flavor ? flavor->vcpus : 0;
    const qreal memoryGiB = flavor ? qreal(flavor->memoryMiB) / mebibytesPerGibibyte : 0;
    if (m_limits) {
        m_serversBar->setUsage({ qreal(m_limits->serversUsed), qreal(m_limits->servers), 1 });
        m_vcpusBar->setUsage({ qreal(m_limits->vcpusUsed), qreal(m_limits->vcpus), vcpus });
        m_memoryBar->setUsage({ qreal(m_limits->memoryMiBUsed) / mebibytesPerGibibyte,
            m_limits->memoryMiB < 0 ? -1 : qreal(m_limits->memoryMiB) / mebibytesPerGibibyte, memoryGiB });
    }
    m_quota->setVisible(m_limits.has_value());
    const QString missing = whatIsMissing();
    m_hint->setText(missing);
    m_hint->setVisible(!missing.isEmpty());
    m_create->setEnabled(missing.isEmpty() && !m_isSubmitting);
    m_create->setToolTip(missing);
}

ServerOrder CreateServerPage::order() const
{
    ServerOrder order;
    order.name = m_name->text().trimmed();
    order.image = m_images->chosen()->id;
    order.flavorId = m_flavors->chosen()->flavorId;
    order.keyName = m_key->chosen();
    order.adminPassword = m_password->text();
    order.userData = m_userData->toPlainText().toUtf8();
    order.files = m_files->files();
    return order;
}

void CreateServerPage::submit()
{
    if (m_isSubmitting || !whatIsMissing().isEmpty())
        return;
    m_isSubmitting = true;
    m_refusal->clear();
    m_refusalMore->hide();
    showSum();
    const QString name = m_name->text().trimmed();
    onAnswer(m_client.createServer(order()), this, [this, name](const Result<CreatedServerInfo> &made) {
        m_isSubmitting = false;
        if (made)
            emit created(made->id, name, made->adminPassword);
        else
            showRefusal(made.error());
        showSum();
    });
}

void CreateServerPage::showRefusal(const Error &error)
{
    m_refusalDetails = words::details(error);
    // The cloud names the field that is wrong by its path.
    const QList<std::pair<QString, Field *>> fields { { QStringLiteral("server.name"), m_nameField },
        { QStringLiteral("server.adminPass"), m_passwordField },
        { QStringLiteral("server.user_data"), m_userDataField } };
    for (const auto &[path, field] : fields) {
        if (error.code == ErrorCode::Invalid && error.message.startsWith(path)) {
            field->setError(error.message.section(QStringLiteral(": "), 1));
            return;
        }
    }
    const QString sentence = error.code == ErrorCode::QuotaExceeded
        ? tr("The quota of %1 does not allow this server. Choose a smaller flavor, delete something, or ask "
             "for more.")
              .arg(m_client.session().session().projectName)
        : words::failure(tr("The server was not created"), error);
    m_refusal->tell(NoticeLine::Kind::Error, sentence);
    m_refusalMore->show();
}

void CreateServerPage::copyCommand()
{
    const Image *image = m_images->chosen();
    const Flavor *flavor = m_flavors->chosen();
    if (image && flavor)
        QGuiApplication::clipboard()->setText(
            words::createCommand(m_name->text().trimmed(), image->name, flavor->name, m_key->chosen()));
}

void CreateServerPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Narrow: the sum becomes a bar at the bottom, with what is missing and the buttons.
    const bool isNarrow = width() < Theme::px(metric::narrowPane);
    m_columns->setDirection(isNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_rule->setVisible(!isNarrow);
    m_sumFacts->setVisible(!isNarrow);
    m_create->setMaximumWidth(isNarrow ? Theme::px(sumWidth) : QWIDGETSIZE_MAX);
    m_sum->setMinimumWidth(isNarrow ? 0 : Theme::px(sumWidth));
    m_sum->setMaximumWidth(isNarrow ? QWIDGETSIZE_MAX : Theme::px(sumWidth));
}

void CreateServerPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return && event->modifiers() == Qt::ControlModifier)
        submit();
    else
        QWidget::keyPressEvent(event);
}

} // namespace nephele
