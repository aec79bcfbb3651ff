// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/frame/samplepanes.h"

#include "app/widgets/card.h"
#include "app/widgets/choice.h"
#include "app/widgets/detailpanel.h"
#include "app/widgets/field.h"
#include "app/widgets/flowlayout.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/parts.h"
#include "app/widgets/quotabar.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/rowview.h"
#include "app/widgets/segments.h"
#include "app/widgets/taskmodel.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollArea>
#include <QStandardItemModel>

namespace nephele {

namespace {

struct Row
{
    const char *name;
    const char *image;
    Sign sign;
    const char *words;
    const char *address;
    const char *flavor;
    const char *tags;
};

constexpr Row rows[] = {
    { "web-01", "Debian 12", Sign::Running, "Running", "10.0.3.11", "c2.small", "web,prod" },
    { "web-02", "Debian 12", Sign::Running, "Running", "10.0.3.12", "c2.small", "web,prod" },
    { "web-03", "Debian 12", Sign::Busy, "Building 62 %", "10.0.3.13", "c2.small", "web" },
    { "db-01", "Debian 12", Sign::Running, "Running", "10.0.5.10", "m4.large", "db,prod,backup" },
    { "db-02", "Debian 12", Sign::Running, "Running", "10.0.5.11", "m4.large", "db" },
    { "cache-01", "Alpine 3.19", Sign::Running, "Running", "10.0.5.20", "c1.tiny", "" },
    { "mail", "Debian 11", Sign::Unknown, "Unknown", "10.0.3.30", "c2.small", "" },
    { "ci-runner-a", "Ubuntu 22.04", Sign::Running, "Running", "10.0.8.5", "c4.medium", "ci" },
    { "ci-runner-b", "Ubuntu 22.04", Sign::Failed, "Failed", "10.0.8.6", "c4.medium", "ci" },
    { "lab-eleni", "Fedora 39", Sign::Paused, "Paused", "10.0.8.20", "c2.small", "" },
    { "lab-jonas", "Windows Server 2022", Sign::Stopped, "Stopped", "10.0.8.21", "m4.large", "" },
    { "backup", "Debian 12", Sign::Stopped, "Stopped", "10.0.5.90", "c1.tiny", "backup" },
    { "legacy-wiki", "Debian 10", Sign::Rescue, "Rescue", "10.0.3.40", "c1.tiny", "" },
};

QString latin(const char *text)
{
    return QString::fromLatin1(text);
}

// A load that looks like one, and is the same in every run.
QList<qreal> sampleLoad(int seed)
{
    QList<qreal> values;
    quint32 state = quint32(seed) * 2654435761u;
    qreal value = 30 + seed * 7 % 40;
    for (int i = 0; i < 40; ++i) {
        state = state * 1664525u + 1013904223u;
        value = qBound(2.0, value + (int(state >> 24) - 128) / 16.0, 98.0);
        values.append(value);
    }
    return values;
}

} // namespace

SampleListPane::SampleListPane(QWidget *parent)
    : Pane(parent)
    , m_create(new QAction(QStringLiteral("New server"), this))
    , m_model(new QStandardItemModel(this))
    , m_table(new RowView)
    , m_detail(new DetailPanel)
    , m_faces(nullptr)
{
    fillRows();
    m_table->setModel(m_model);
    m_table->setRowHeight(metric::rowServer, 2);
    m_table->setCheckMarks(true);
    m_table->setItemDelegateForColumn(0, new TwoLineDelegate(m_table, TwoLineDelegate::Names::Strong));
    m_table->setItemDelegateForColumn(1, new StatusDelegate(m_table));
    m_table->setItemDelegateForColumn(4, new TagsDelegate(m_table));
    m_table->setColumnPlan(
        { { 0, 180, 0, 2 }, { 1, 136, 0 }, { 2, 108, 1 }, { 3, 96, 2 }, { 4, 150, 3, 1 } });
    m_table->setAccessibleName(QStringLiteral("Servers"));
    m_table->setObjectName(QStringLiteral("sampleTable"));

    auto *list = new QWidget;
    auto *left = makeColumn(list);
    left->addWidget(makeBar());
    left->addWidget(m_table, 1);
    auto *content = new QWidget;
    auto *row = makeRow(content, 0, 0);
    row->addWidget(list, 1);
    row->addWidget(makeRule(Qt::Vertical));
    row->addWidget(m_detail);
    m_faces = new PaneFaces(content);
    m_faces->setEmptyWords({ QStringLiteral("network-server"), QStringLiteral("No servers yet"),
        QStringLiteral("A server is a computer of your own, made in seconds and paid from your quota."),
        m_create });
    connect(m_faces, &PaneFaces::faceChanged, this, &Pane::headChanged);
    makeColumn(this)->addWidget(m_faces);
    fillDetail();
    m_faces->showContent();
    m_table->setCurrentIndex(m_model->index(0, 0));
}

QWidget *SampleListPane::makeBar()
{
    auto *bar = new QWidget;
    auto *flow = new FlowLayout(bar);
    flow->setContentsMargins(metric::paneEdge, metric::gapTiny, metric::gap, metric::gapSmall);
    flow->addWidget(makeFilterField(QStringLiteral("Filter by name, tag, address")));
    for (const char *text : { "All 13", "Running 7", "Attention 2" })
        flow->addWidget(makeChip(latin(text)));
    return bar;
}

void SampleListPane::fillRows()
{
    m_model->setHorizontalHeaderLabels({ QStringLiteral("Name"), QStringLiteral("Status"),
        QStringLiteral("Address"), QStringLiteral("Flavor"), QStringLiteral("Tags") });
    for (const Row &row : rows) {
        QList<QStandardItem *> items;
        for (const char *text : { row.name, row.words, row.address, row.flavor, "" })
            items.append(new QStandardItem(latin(text)));
        items[0]->setData(latin(row.image), role::SecondLine);
        items[0]->setData(QStringLiteral("computer"), role::IconName);
        items[0]->setData(row.sign == Sign::Stopped, role::Faded);
        items[1]->setData(int(row.sign), role::Sign);
        items[4]->setData(latin(row.tags).split(QLatin1Char(','), Qt::SkipEmptyParts), role::Tags);
        m_model->appendRow(items);
    }
}

void SampleListPane::fillDetail()
{
    m_detail->setName(QStringLiteral("web-01"));
    m_detail->setStatus(Sign::Running, QStringLiteral("Running"));
    QList<QAction *> likely;
    for (const auto &[text, name] : { std::pair { "Console", "utilities-terminal" },
             { "Restart", "system-reboot" }, { "Stop", "media-playback-stop" } })
        likely.append(new QAction(icon(latin(name), Ink::Text), latin(text), this));
    m_detail->setActions(likely, { new QAction(QStringLiteral("Delete…"), this) });

    auto *summary = new QWidget;
    auto *column = makeColumn(summary, metric::gapCard, metric::gapCard);
    auto *tiles = makeRow(nullptr, 0, metric::gapCard);
    int series = 0;
    for (const auto &[name, value] : { std::pair { "CPU", "43 %" }, { "Memory", "2.4 of 4 GB" } }) {
        auto *tile = new MetricTile(latin(name), series);
        tile->setValues(latin(value), sampleLoad(++series));
        tiles->addWidget(tile);
    }
    column->addLayout(tiles);
    auto *facts = new FactList;
    facts->setFact(QStringLiteral("Image"), QStringLiteral("Debian 12"));
    facts->setFact(QStringLiteral("Flavor"), QStringLiteral("c2.small (2 vCPU, 4 GB, 20 GB disk)"));
    facts->setFact(QStringLiteral("Address"), QStringLiteral("10.0.3.11, public 192.0.2.21"));
    facts->setFact(QStringLiteral("Created"), QStringLiteral("14 days ago, by eleni"));
    facts->setFact(
        QStringLiteral("ID"), QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab"), FactList::Face::Mono);
    column->addWidget(facts);
    column->addStretch();
    m_detail->addTab(QStringLiteral("Summary"), makeScrolled(summary));
    m_detail->addTab(QStringLiteral("Console"), new QWidget);
    m_detail->addTab(QStringLiteral("Charts"), new QWidget);
    m_detail->addTab(QStringLiteral("Network"), new QWidget);
    connect(m_detail, &DetailPanel::closeWanted, this, &SampleListPane::toggleDetail);
}

bool SampleListPane::showsPrimaryInHead() const
{
    return m_faces->face() != PaneFaces::Face::Empty;
}

bool SampleListPane::toggleDetail()
{
    m_hidesDetail = !m_hidesDetail;
    m_detail->setVisible(!m_hidesDetail && width() >= Theme::px(metric::narrowPane));
    return true;
}

QList<QWidget *> SampleListPane::regions()
{
    return { m_table, m_detail };
}

QList<PaletteEntry> SampleListPane::paletteEntries() const
{
    QList<PaletteEntry> entries;
    for (const Row &row : rows) {
        PaletteEntry entry;
        entry.kind = PaletteEntry::Kind::Server;
        entry.name = latin(row.name);
        entry.hint = QStringLiteral("%1   %2").arg(latin(row.address), latin(row.words));
        entry.sign = row.sign;
        entry.run = [] {};
        entries.append(entry);
    }
    PaletteEntry restart;
    restart.name = QStringLiteral("Restart web-01");
    restart.hint = QStringLiteral("Server action");
    restart.iconName = QStringLiteral("system-reboot");
    restart.run = [] {};
    entries.append(restart);
    return entries;
}

void SampleListPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    const bool wide = width() >= Theme::px(metric::narrowPane);
    m_detail->setVisible(wide && !m_hidesDetail);
    m_detail->setFixedWidth(DetailPanel::widthFor(width()));
}

SampleFormPane::SampleFormPane(QWidget *parent) : Pane(parent)
{
    auto *row = makeRow(this, 0, 0);
    row->addWidget(makeScrolled(makeForm()), 1);
    row->addWidget(makeRule(Qt::Vertical));
    m_sum = makeSum();
    row->addWidget(m_sum);
}

void SampleFormPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    m_sum->setVisible(width() >= Theme::px(metric::narrowPane));
}

QWidget *SampleFormPane::makeForm()
{
    auto *form = new QWidget;
    auto *column = makeColumn(form, metric::paneEdge, metric::gapSmall);
    column->setContentsMargins(metric::paneEdge, 0, metric::paneEdge, metric::paneEdge);
    form->setMaximumWidth(Theme::px(metric::formMost));

    column->addWidget(
        makeSectionHead(QStringLiteral("Name and tags"), QStringLiteral("Letters, digits and hyphens")));
    auto *names = makeRow(nullptr, 0, metric::gap);
    auto *name = new Field(QStringLiteral("Name"), new QLineEdit(QStringLiteral("web 04")));
    name->setError(QStringLiteral("A name has no blanks. Use a hyphen."));
    names->addWidget(name, 0, Qt::AlignTop);
    names->addWidget(
        new Field(QStringLiteral("Tags"), new QLineEdit(QStringLiteral("web, prod"))), 0, Qt::AlignTop);
    column->addLayout(names);
    column->addSpacing(metric::gap);

    column->addWidget(makeSectionHead(QStringLiteral("Image"), QStringLiteral("What the disk starts with")));
    auto *cards = new QGridLayout;
    cards->setSpacing(metric::gapSmall);
    auto *images = new QButtonGroup(form);
    int series = 0;
    for (const char *image : { "Debian 12", "Ubuntu 22.04", "Fedora 39", "Snapshot of db-01" }) {
        auto *card = new ChoiceCard(latin(image), QStringLiteral("2.0 GB, public"), series,
            series == 3 ? QStringLiteral("camera-photo") : QString());
        images->addButton(card, series);
        cards->addWidget(card, series / 2, series % 2);
        ++series;
    }
    images->button(0)->setChecked(true);
    column->addLayout(cards);
    column->addSpacing(metric::gap);

    column->addWidget(makeSectionHead(QStringLiteral("Flavor")));
    auto *flavors = new QButtonGroup(form);
    int number = 0;
    for (const char *flavor : { "c1.tiny", "c2.small", "m8.xlarge" }) {
        auto *choice = new ChoiceRow(latin(flavor),
            { QStringLiteral("2 vCPU"), QStringLiteral("4 GB memory"), QStringLiteral("20 GB disk") });
        if (number == 2)
            choice->setWarning(QStringLiteral("Over quota"));
        flavors->addButton(choice, number++);
        column->addWidget(choice);
    }
    flavors->button(1)->setChecked(true);
    column->addSpacing(metric::gap);

    column->addWidget(makeSectionHead(QStringLiteral("First start")));
    column->addWidget(new Segments({ QStringLiteral("Nothing"), QStringLiteral("Own text") }, 1));
    auto *keys = new QComboBox;
    keys->addItems({ QStringLiteral("eleni@laptop  (ed25519)"), QStringLiteral("No key") });
    column->addWidget(new Field(
        QStringLiteral("SSH key"), keys, QStringLiteral("Put into the first account of the image")));
    auto *box = new QCheckBox(QStringLiteral("Public address"));
    box->setChecked(true);
    column->addWidget(box);
    column->addStretch();
    return form;
}

QWidget *SampleFormPane::makeSum()
{
    auto *sum = new QWidget;
    sum->setFixedWidth(Theme::px(280));
    auto *column = makeColumn(sum, metric::paneEdge, metric::gapSmall);
    column->addWidget(makeLabel(QStringLiteral("Quota of physics-lab"), Type::Strong));
    const struct
    {
        const char *name;
        Usage usage;
        const char *unit;
    } bars[] = { { "Servers", { 13, 20, 1 }, "" }, { "Memory", { 83, 96, 4 }, "GB" },
        { "Disk", { 790, 800, 29 }, "GB" }, { "Public addresses", { 3, -1, 1 }, "" } };
    for (const auto &bar : bars) {
        auto *quota = new QuotaBar(latin(bar.name), latin(bar.unit));
        quota->setUsage(bar.usage);
        column->addWidget(quota);
    }
    auto *ring = new QuotaRing(QStringLiteral("vCPU"));
    ring->setUsage({ 29, 40 });
    column->addWidget(ring);
    column->addStretch();
    auto *buttons = makeRow();
    buttons->addWidget(makeButton(QStringLiteral("Cancel")));
    buttons->addWidget(makeButton(QStringLiteral("Create server"), ButtonKind::Primary), 1);
    column->addLayout(buttons);
    return sum;
}

Account sampleAccount()
{
    Account account;
    account.userName = QStringLiteral("eleni");
    account.role = QStringLiteral("manager");
    account.project = { QStringLiteral("p1"), QStringLiteral("physics-lab") };
    account.projects = { account.project, { QStringLiteral("p2"), QStringLiteral("teaching-2026") } };
    return account;
}

CloudStatus sampleStatus()
{
    CloudStatus status;
    status.link = CloudStatus::Link::Connected;
    status.name = QStringLiteral("This computer");
    status.url = QStringLiteral("http://127.0.0.1:5080");
    status.latencyMs = 2;
    status.runMode = CloudStatus::RunMode::DesktopUser;
    status.acceleration = CloudStatus::Acceleration::Hardware;
    status.hosts = { { QStringLiteral("qemu:///session"), true, {} } };
    return status;
}

void fillSampleTasks(TaskModel *tasks)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    tasks->put({ QStringLiteral("1"), QStringLiteral("Snapshot of db-01 taken"),
        QStringLiteral("nightly, 14 GB"), 100, Task::State::Done, now - 300'000, now - 120'000 });
    tasks->put({ QStringLiteral("2"), QStringLiteral("ci-runner-b failed to start"),
        QStringLiteral("The image needs 80 GB, the flavor has 60 GB."), -1, Task::State::Failed,
        now - 3'700'000, now - 3'600'000 });
    tasks->put({ QStringLiteral("3"), QStringLiteral("Copying Debian 12"), QStringLiteral("412 of 2,048 MB"),
        20, Task::State::Running, now - 20'000, 0 });
    tasks->put({ QStringLiteral("4"), QStringLiteral("Creating web-03"), QStringLiteral("copying the image"),
        62, Task::State::Running, now - 10'000, 0 });
}

void useFont(int points)
{
    const QString inter = QStringLiteral("Inter");
    QFont font = QFontDatabase::families().contains(inter) ? QFont(inter) : QFont();
    font.setPointSize(points);
    QApplication::setFont(font);
}

static QString describe(const QWidget *widget, const QString &what)
{
    const auto *button = qobject_cast<const QAbstractButton *>(widget);
    const auto *label = qobject_cast<const QLabel *>(widget);
    const QString text = button ? button->text() : label ? label->text() : QString();
    return QStringLiteral("%1 \"%2\" '%3' %4 (%5x%6)")
        .arg(latin(widget->metaObject()->className()), widget->objectName(), text, what)
        .arg(widget->width())
        .arg(widget->height());
}

static bool isScrolled(const QWidget *widget)
{
    for (const QWidget *up = widget->parentWidget(); up; up = up->parentWidget()) {
        if (const auto *area = qobject_cast<const QScrollArea *>(up))
            return area->widget() && (area->widget() == widget || area->widget()->isAncestorOf(widget));
    }
    return false;
}

static void checkWidget(QWidget *widget, QStringList &faults)
{
    if (const auto *area = qobject_cast<const QScrollArea *>(widget); area && area->widget()) {
        if (area->widget()->width() > area->viewport()->width())
            faults.append(
                describe(widget, QStringLiteral("scrolls sideways: %1").arg(area->widget()->width())));
        return;
    }
    if (const auto *view = qobject_cast<const RowView *>(widget)) {
        if (view->model() && view->header()->length() > view->viewport()->width())
            faults.append(describe(widget, QStringLiteral("columns %1").arg(view->header()->length())));
        return;
    }
    // Of ours and of buttons and labels: as large as they say they must be.
    const QSize least = widget->minimumSizeHint();
    const auto *label = qobject_cast<const QLabel *>(widget);
    if (label && label->wordWrap() && widget->height() < label->heightForWidth(widget->width()))
        faults.append(describe(widget, QStringLiteral("is cut below")));
    const bool isWords =
        label || qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget);
    if (isWords && (widget->width() < least.width() || widget->height() < least.height()))
        faults.append(
            describe(widget, QStringLiteral("is smaller than %1x%2").arg(least.width()).arg(least.height())));
    // Horizontally inside of every parent; vertically where nothing scrolls.
    const QWidget *parent = widget->parentWidget();
    if (!parent || widget->isWindow())
        return;
    const QRect place = widget->geometry();
    if (place.left() < 0 || place.right() > parent->width() - 1)
        faults.append(describe(widget, QStringLiteral("leaves its parent sideways")));
    if (!isScrolled(widget) && (place.top() < 0 || place.bottom() > parent->height() - 1))
        faults.append(describe(widget, QStringLiteral("leaves its parent above or below")));
}

QStringList clippedIn(QWidget *window)
{
    QStringList faults;
    const auto widgets = window->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        const bool isForeign = widget->objectName().startsWith(QStringLiteral("qt_"))
            || widget->inherits("QLineEditIconButton") || widget->objectName() == QStringLiteral("focusRing");
        if (widget->isVisible() && !isForeign)
            checkWidget(widget, faults);
    }
    return faults;
}

} // namespace nephele
