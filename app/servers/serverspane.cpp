// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serverspane.h"

#include "app/servers/createserverpage.h"
#include "app/servers/serveractions.h"
#include "app/servers/serverdetail.h"
#include "app/servers/serversbar.h"
#include "app/servers/serversfilter.h"
#include "app/servers/serverwords.h"
#include "app/widgets/detailsdialog.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/parts.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/rowview.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLocale>
#include <QResizeEvent>
#include <QStackedWidget>

namespace nephele {

namespace {

constexpr int minuteMs = 60'000;

} // namespace

ServersPane::ServersPane(CloudClient &client, QWidget *parent)
    : Pane(parent)
    , m_client(client)
    , m_model(new ServersModel(this))
    , m_filter(new ServersFilter(this))
    , m_source(new ServersSource(client, *m_model, this))
    , m_actions(new ServerActions(client, *m_source, this))
    , m_create(new QAction(icon(QStringLiteral("list-add"), Ink::OnAccent), tr("New server"), this))
    , m_pages(new QStackedWidget)
{
    m_create->setObjectName(QStringLiteral("newServer"));
    m_filter->setSourceModel(m_model);
    makeColumn(this)->addWidget(m_pages);
    m_listPage = makeListPage();
    m_pages->addWidget(m_listPage);
    connectSource();
    connectTable();
    connect(m_create, &QAction::triggered, this, &ServersPane::openCreatePage);
    connect(&m_ages, &QTimer::timeout, m_model, &ServersModel::refreshAges);
    m_ages.start(minuteMs);
    for (QAction *action :
        { m_actions->rename, m_actions->remove, m_actions->copyNames, m_actions->copyCommand })
        m_table->addAction(action);
    selectionChanged();
}

ServersPane::~ServersPane() = default;

QWidget *ServersPane::makeListPage()
{
    auto *page = new QWidget;
    m_left = new QWidget(page);
    m_rule = makeRule(Qt::Vertical);
    m_rule->setParent(page);
    m_detail = new ServerDetail(m_client, *m_actions, page);

    m_bar = new ServersBar(*m_actions);
    m_notice = new NoticeLine;
    m_notice->setObjectName(QStringLiteral("actionNotice"));
    m_notice->setClosable(true);
    m_password = new NoticeLine;
    m_password->setObjectName(QStringLiteral("passwordNotice"));
    m_password->setClosable(true);
    m_table = new RowView;
    setUpTable();
    m_faces = new PaneFaces(m_table);
    m_faces->setEmptyWords({ QStringLiteral("computer"), tr("No servers yet"),
        tr("A server is a computer of its own inside this cloud: it starts from an image in seconds and is "
           "thrown away as easily."),
        m_create, nullptr });

    auto *column = makeColumn(m_left);
    column->addWidget(m_bar);
    auto *notices = makeColumn(nullptr, 0, metric::gapTiny);
    notices->setContentsMargins(metric::gap, 0, metric::gap, 0);
    notices->addWidget(m_password);
    notices->addWidget(m_notice);
    column->addLayout(notices);
    column->addWidget(m_faces, 1);
    return page;
}

void ServersPane::setUpTable()
{
    m_table->setObjectName(QStringLiteral("serversTable"));
    m_table->setAccessibleName(tr("Servers"));
    m_table->setModel(m_filter);
    m_table->setRowHeight(metric::rowServer, 2);
    m_table->setCheckMarks(true);
    m_table->setItemDelegateForColumn(
        ServersModel::Name, new TwoLineDelegate(m_table, TwoLineDelegate::Names::Strong));
    m_table->setItemDelegateForColumn(ServersModel::State, new StatusDelegate(m_table));
    m_table->setColumnPlan({ { ServersModel::Name, 170, 0, 3 }, { ServersModel::State, 132, 0, 0 },
        { ServersModel::Address, 132, 0, 1 }, { ServersModel::FlavorColumn, 120, 1, 1 },
        { ServersModel::Age, 104, 2, 0 } });
    m_table->setSortingEnabled(true);
    m_table->header()->setSortIndicator(-1, Qt::AscendingOrder); // the oldest first, new ones at the end
    m_table->header()->setSectionsClickable(true);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void ServersPane::connectSource()
{
    connect(m_source, &ServersSource::loading, this, [this] { m_faces->showLoading(); });
    connect(m_source, &ServersSource::loaded, this, [this] {
        m_wasFailed = false;
        showFace();
    });
    connect(m_source, &ServersSource::failed, this, &ServersPane::showFailure);
    connect(m_faces, &PaneFaces::retryWanted, this, &ServersPane::reload);
    connect(m_faces, &PaneFaces::faceChanged, this, [this] {
        placeDetail();
        emit headChanged();
    });
    connect(m_faces, &PaneFaces::clearFilterWanted, m_bar, &ServersBar::clearFilter);
    connect(m_model, &ServersModel::countsChanged, this, &ServersPane::showCounts);
    connect(m_actions, &ServerActions::failed, this, [this](const QString &what, const Error &error) {
        tell(words::failure(what, error), words::details(error));
    });
    connect(m_actions, &ServerActions::leftOut, this, [this](const QString &sentence) { tell(sentence); });
    connect(m_actions, &ServerActions::consoleWanted, this, &ServersPane::openDetail);
    connect(m_notice, &NoticeLine::actionWanted, this,
        [this] { DetailsDialog::show(this, tr("What the cloud said"), m_noticeDetails); });
    connect(m_password, &NoticeLine::actionWanted, this,
        [this] { QGuiApplication::clipboard()->setText(m_shownPassword); });
    connect(m_password, &NoticeLine::closed, this, [this] { m_shownPassword.clear(); });
}

void ServersPane::connectTable()
{
    connect(m_bar, &ServersBar::wordsChanged, this, [this](const QString &text) {
        m_filter->setWords(text);
        showFace();
    });
    connect(m_bar, &ServersBar::showChanged, this, [this](ServersFilter::Show show) {
        m_filter->setShow(show);
        showFace();
    });
    connect(m_bar, &ServersBar::clearSelectionWanted, m_table, &RowView::clearSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
        &ServersPane::selectionChanged);
    connect(m_filter, &QAbstractItemModel::dataChanged, this,
        [this](const QModelIndex &first, const QModelIndex &last) {
            for (const Server &server : m_actions->selection()) {
                const int row = m_filter->mapFromSource(m_model->index(m_model->rowOf(server.id), 0)).row();
                if (row >= first.row() && row <= last.row())
                    return selectionChanged();
            }
        });
    connect(m_model, &ServersModel::stateChanged, this,
        [this](int row) { m_table->flashRow(m_filter->mapFromSource(m_model->index(row, 0))); });
    connect(m_model, &ServersModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) {
        for (int row = first; row <= last; ++row) {
            if (!m_wanted.isNull() && m_model->server(row).id == m_wanted)
                showServer(std::exchange(m_wanted, {}));
        }
    });
    connect(m_table, &RowView::opened, this, &ServersPane::openDetail);
    connect(m_detail, &DetailPanel::closeWanted, this, &ServersPane::toggleDetail);
}

QString ServersPane::title() const
{
    return m_createPage ? tr("New server") : tr("Servers");
}

QString ServersPane::fact() const
{
    if (m_createPage)
        return tr("in %1", "project").arg(m_client.session().session().projectName);
    if (!m_source->isLoaded() || m_model->rowCount() == 0)
        return {};
    const QLocale locale;
    return tr("%1 of %2 running")
        .arg(locale.toString(m_model->runningCount()), locale.toString(m_model->rowCount()));
}

QAction *ServersPane::primaryAction() const
{
    return m_createPage ? nullptr : m_create;
}

bool ServersPane::showsPrimaryInHead() const
{
    return m_faces->face() != PaneFaces::Face::Empty;
}

void ServersPane::reload()
{
    m_source->reload();
}

void ServersPane::clear()
{
    leaveCreatePage();
    m_notice->clear();
    m_password->clear();
    m_source->forget();
}

void ServersPane::showFace()
{
    if (!m_source->isLoaded() || m_wasFailed)
        return;
    if (m_model->rowCount() == 0)
        m_faces->showEmpty();
    else if (m_filter->rowCount() == 0)
        m_faces->showNoMatch(
            m_filter->words().isEmpty() ? m_bar->showText(m_filter->show()) : m_filter->words());
    else
        m_faces->showContent();
    m_bar->setVisible(m_model->rowCount() > 0);
}

void ServersPane::showFailure(const Error &error)
{
    m_wasFailed = true;
    m_bar->setVisible(m_model->rowCount() > 0);
    m_faces->showFailed(
        { tr("The servers could not be loaded"), words::reason(error), words::details(error) });
}

void ServersPane::showCounts()
{
    if (m_source->isLoaded())
        m_bar->setCounts(m_model->rowCount(), m_model->runningCount(), m_model->attentionCount());
    emit countChanged(m_source->isLoaded() ? m_model->rowCount() : -1, m_model->attentionCount() > 0);
    emit headChanged();
    showFace();
}

QList<Server> ServersPane::selectedServers() const
{
    QList<Server> servers;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        servers.append(m_model->server(m_filter->mapToSource(index).row()));
    return servers;
}

void ServersPane::selectionChanged()
{
    const QList<Server> servers = selectedServers();
    m_actions->setSelection(servers);
    m_bar->setSelected(int(servers.size()));
    m_detail->setServers(servers);
    if (servers.isEmpty())
        m_isOverlaid = false;
    placeDetail();
}

void ServersPane::tell(const QString &words, const QString &details)
{
    m_noticeDetails = details;
    m_notice->tell(details.isEmpty() ? NoticeLine::Kind::Info : NoticeLine::Kind::Error, words,
        details.isEmpty() ? QString() : tr("Show details"));
    m_notice->setClosable(true);
}

void ServersPane::showPassword(const QString &name, const QString &password)
{
    m_shownPassword = password;
    m_password->tell(NoticeLine::Kind::Info,
        tr("The password of %1 is %2. It is shown only here and only now.").arg(name, password), tr("Copy"));
    m_password->setClosable(true);
}

void ServersPane::openCreatePage()
{
    if (m_createPage)
        return;
    m_createPage = new CreateServerPage(m_client);
    connect(m_createPage, &CreateServerPage::cancelled, this, &ServersPane::leaveCreatePage);
    connect(m_createPage, &CreateServerPage::created, this,
        [this](const ServerId &id, const QString &name, const QString &password) {
            m_wanted = id;
            m_source->refresh(id);
            if (!password.isEmpty())
                showPassword(name, password);
            leaveCreatePage();
        });
    m_pages->addWidget(m_createPage);
    m_pages->setCurrentWidget(m_createPage);
    m_createPage->focusFirst();
    emit headChanged();
}

void ServersPane::leaveCreatePage()
{
    if (!m_createPage)
        return;
    m_pages->setCurrentWidget(m_listPage);
    std::exchange(m_createPage, nullptr)->deleteLater();
    m_table->setFocus();
    emit headChanged();
}

bool ServersPane::goBack()
{
    if (m_createPage) {
        leaveCreatePage();
        return true;
    }
    if (m_isOverlaid) {
        m_isOverlaid = false;
        placeDetail();
        return true;
    }
    return false;
}

void ServersPane::showServer(const ServerId &id)
{
    leaveCreatePage();
    const int row = m_model->rowOf(id);
    if (row < 0)
        return;
    const QModelIndex index = m_filter->mapFromSource(m_model->index(row, 0));
    if (!index.isValid())
        return;
    m_table->selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(index);
}

bool ServersPane::isNarrow() const
{
    return width() < Theme::px(metric::narrowPane);
}

void ServersPane::openDetail()
{
    m_wantsDetail = true;
    m_isOverlaid = isNarrow();
    placeDetail();
    if (m_detail->isVisible())
        m_detail->setFocus();
}

bool ServersPane::toggleDetail()
{
    if (m_actions->selection().isEmpty() || m_createPage)
        return true;
    if (isNarrow())
        m_isOverlaid = !m_isOverlaid;
    else
        m_wantsDetail = !m_wantsDetail;
    placeDetail();
    return true;
}

void ServersPane::placeDetail()
{
    const bool hasRows = m_faces->face() == PaneFaces::Face::Content;
    const bool hasSelection = hasRows && !m_actions->selection().isEmpty();
    const bool isShown = hasSelection && (isNarrow() ? m_isOverlaid : m_wantsDetail);
    const QSize size = m_pages->size();
    const int panel = qMin(DetailPanel::widthFor(size.width()), size.width());
    const int left = isShown && !isNarrow() ? size.width() - panel - 1 : size.width();
    m_left->setGeometry(0, 0, left, size.height());
    m_rule->setGeometry(size.width() - panel - 1, 0, 1, size.height());
    m_detail->setGeometry(size.width() - panel, 0, panel, size.height());
    m_rule->setVisible(isShown);
    m_detail->setVisible(isShown);
    if (isShown) {
        m_rule->raise();
        m_detail->raise();
    }
}

void ServersPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    if (!isNarrow())
        m_isOverlaid = false;
    placeDetail();
}

QList<QWidget *> ServersPane::regions()
{
    if (m_createPage)
        return { m_createPage };
    QList<QWidget *> all { m_table };
    if (m_detail->isVisible())
        all.append(m_detail);
    return all;
}

QList<PaletteEntry> ServersPane::paletteEntries() const
{
    QList<PaletteEntry> entries;
    auto *self = const_cast<ServersPane *>(this);
    entries.append({ PaletteEntry::Kind::Action, tr("New server"), {}, QStringLiteral("list-add"),
        std::nullopt, [self] { self->openCreatePage(); } });
    for (QAction *action : { m_actions->start, m_actions->stop, m_actions->restart }) {
        if (action->isEnabled() && m_actions->selection().size() == 1)
            entries.append({ PaletteEntry::Kind::Action,
                tr("%1 %2", "verb, server").arg(action->text(), m_actions->selection().constFirst().name), {},
                QStringLiteral("computer"), std::nullopt, [action] { action->trigger(); } });
    }
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const Server &server = m_model->server(row);
        entries.append({ PaletteEntry::Kind::Server, server.name, words::address(server), {},
            words::sign(server), [self, id = server.id] { self->showServer(id); } });
    }
    return entries;
}

} // namespace nephele
