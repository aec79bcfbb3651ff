// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serverdetail.h"

#include "app/servers/consolepage.h"
#include "app/servers/logpage.h"
#include "app/servers/serveractions.h"
#include "app/servers/serverwords.h"
#include "app/widgets/card.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/rowview.h"

#include <QAction>
#include <QDateTime>
#include <QHeaderView>
#include <QLocale>
#include <QScrollArea>
#include <QStandardItemModel>

namespace nephele {

ServerDetail::ServerDetail(CloudClient &client, ServerActions &actions, QWidget *parent)
    : DetailPanel(parent)
    , m_actions(actions)
    , m_fault(new NoticeLine)
    , m_facts(new FactList)
    , m_console(new ConsolePage(client))
    , m_log(new LogPage(client))
    , m_list(new QStandardItemModel(this))
    , m_several(makeList())
{
    addTab(tr("Summary"), makeSummary());
    addTab(tr("Console"), m_console);
    addTab(tr("Log"), m_log);
    connect(m_console, &ConsolePage::startWanted, actions.start, &QAction::trigger);
    connect(&actions, &ServerActions::consoleWanted, this, [this] { setCurrentTab(Console); });
    showSeveral({}, {}, m_several);
}

QWidget *ServerDetail::makeSummary()
{
    auto *inside = new QWidget;
    auto *column = makeColumn(inside, metric::gapCard, metric::gap);
    column->addWidget(m_fault);
    column->addWidget(m_facts);
    column->addStretch();
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(inside);
    return area;
}

QWidget *ServerDetail::makeList()
{
    auto *several = new QWidget;
    auto *column = makeColumn(several, 0, metric::gap);
    auto *list = new RowView;
    list->setObjectName(QStringLiteral("selectedServers"));
    list->setAccessibleName(tr("Selected servers"));
    list->header()->hide();
    list->setInset(0);
    list->setRowHeight(metric::rowTwoLines, 2);
    m_list->setColumnCount(1);
    list->setModel(m_list);
    auto *delegate = new TwoLineDelegate(list);
    delegate->setFlush(true);
    list->setItemDelegate(delegate);
    list->setSelectionMode(QAbstractItemView::NoSelection);
    list->setFocusPolicy(Qt::NoFocus);
    list->setColumnPlan({ { 0, 100, 0, 1 } });
    column->addWidget(list, 1);
    column->addWidget(
        makeParagraph(tr("Actions run on every selected server that allows them; the others are named."),
            Type::Caption, Tone::Muted));
    return several;
}

void ServerDetail::setServers(const QList<Server> &servers)
{
    if (servers.size() == 1)
        return showServer(servers.constFirst());
    m_shown = {};
    m_factsKey.clear();
    m_console->clear();
    m_log->setServer({});
    if (servers.size() > 1)
        showSum(servers);
}

void ServerDetail::showServer(const Server &server)
{
    m_shown = server;
    setName(server.name);
    setStatus(words::sign(server), words::state(server), server.faultMessage);
    setActions(m_actions.likely(), m_actions.others());
    m_fault->tell(NoticeLine::Kind::Error,
        server.faultMessage.isEmpty() ? QString() : tr("This server failed. %1").arg(server.faultMessage));
    showFacts(server);
    m_console->setServer(server);
    m_log->setServer(server);
    showOne();
}

void ServerDetail::showFacts(const Server &server)
{
    QStringList addresses;
    QStringList networks;
    for (const ServerAddress &address : server.addresses) {
        addresses.append(address.address.toString());
        networks.append(address.networkName);
    }
    networks.removeDuplicates();
    const QString image = server.imageName.isEmpty() ? server.image.text() : server.imageName;
    const QDateTime made = QDateTime::fromMSecsSinceEpoch(server.createdAtMs);
    const QString created = tr("%1, %2 ago", "exact time, how long")
                                .arg(QLocale().toString(made, QLocale::ShortFormat),
                                    words::span(made.secsTo(QDateTime::currentDateTime())));
    const QList<std::tuple<QString, QString, FactList::Face>> facts {
        { tr("Reached at"), server.accessAddress, FactList::Face::Mono },
        { tr("Address"), addresses.join(QLatin1Char('\n')), FactList::Face::Mono },
        { tr("Network"), networks.join(QStringLiteral(", ")), FactList::Face::Plain },
        { tr("Image"), image, FactList::Face::Plain },
        { tr("Flavor"), words::flavor(server.flavor), FactList::Face::Plain },
        { tr("Key"), server.keyName, FactList::Face::Plain },
        { tr("Created"), created, FactList::Face::Plain },
        { tr("ID"), server.id.text(), FactList::Face::Mono },
    };
    // Filled anew only for something new: a selection of words in there would be lost.
    QString key;
    for (const auto &[name, value, face] : facts)
        key += value + QLatin1Char('\n');
    if (std::exchange(m_factsKey, key) == key)
        return;
    m_facts->clear();
    for (const auto &[name, value, face] : facts)
        m_facts->setFact(name, value, face);
}

void ServerDetail::showSum(const QList<Server> &servers)
{
    const QLocale locale;
    qint64 vcpus = 0;
    qint64 memoryMiB = 0;
    qint64 diskGiB = 0;
    m_list->removeRows(0, m_list->rowCount());
    for (const Server &server : servers) {
        vcpus += server.flavor.vcpus;
        memoryMiB += server.flavor.memoryMiB;
        diskGiB += server.flavor.diskGiB;
        auto *item = new QStandardItem(server.name);
        item->setData(
            tr("%1, %2", "state, image").arg(words::state(server), server.imageName), role::SecondLine);
        item->setData(int(words::sign(server)), role::Sign);
        item->setData(server.flavor.name, role::Right);
        m_list->appendRow(item);
    }
    showSeveral(tr("%1 servers").arg(locale.toString(servers.size())),
        tr("Together %1 vCPU, %2 of memory, %3 GB of disk")
            .arg(locale.toString(vcpus), words::memory(int(memoryMiB)), locale.toString(diskGiB)),
        m_several);
}

} // namespace nephele
