// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/commandpalette.h"

#include "app/widgets/palettemodel.h"
#include "app/widgets/parts.h"
#include "app/widgets/rowview.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

namespace nephele {

static constexpr int rowHeight = 34;

CommandPalette::CommandPalette(QWidget *window)
    : QWidget(window)
    , m_panel(makeGround(Ground::Raised))
    , m_field(new QLineEdit)
    , m_list(new RowView)
    , m_model(new PaletteModel(this))
    , m_nothing(makeLabel({}, Type::Body, Tone::Muted))
{
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Search"));
    m_panel->setParent(this);
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setProperty("kind", QStringLiteral("bare"));
    m_field->setProperty("noRing", true);
    setType(m_field, Type::Heading);
    m_field->setPlaceholderText(tr("Search servers, files and actions"));
    m_field->setAccessibleName(m_field->placeholderText());
    m_field->addAction(icon(QStringLiteral("edit-find")), QLineEdit::LeadingPosition);

    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setHeaderHidden(true);
    m_list->setInset(metric::gapSmall);
    m_list->setRowHeight(rowHeight);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->header()->setStretchLastSection(true);

    auto *column = makeColumn(m_panel);
    auto *top = makeRow(nullptr, metric::gap);
    top->addWidget(m_field, 1);
    top->addWidget(makeKeyCap(tr("Esc", "key")));
    column->addLayout(top);
    column->addWidget(makeRule());
    column->addSpacing(metric::gapTiny);
    column->addWidget(m_list, 1);
    m_nothing->setObjectName(QStringLiteral("paletteNothing"));
    m_nothing->setIndent(metric::paneEdge);
    column->addWidget(m_nothing, 1);
    column->addSpacing(metric::gapSmall);

    m_field->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QAbstractItemView::clicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::open(const QList<PaletteEntry> &entries, const QString &query)
{
    if (!isVisible())
        m_focusBefore = QApplication::focusWidget();
    m_model->setEntries(entries);
    m_field->setText(query);
    filter(query);
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::close()
{
    hide();
    m_model->setEntries({});
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::filter(const QString &query)
{
    m_model->setQuery(query);
    if (const int first = m_model->firstHit(); first >= 0)
        m_list->setCurrentIndex(m_model->index(first));
    m_list->scrollToTop();
    const bool found = m_model->rowCount() > 0;
    m_list->setVisible(found);
    m_nothing->setVisible(!found);
    m_nothing->setText(tr("Nothing matches “%1”").arg(query.trimmed()));
    layOut();
}

void CommandPalette::layOut()
{
    setGeometry(parentWidget()->rect());
    const int width = std::min(Theme::px(600), this->width() - 80);
    const int rows = std::max(1, m_model->rowCount());
    const int wanted = Theme::px(60) + rows * m_list->rowHeight() + metric::gapCard;
    const int height = std::min(this->height() * 2 / 3, wanted);
    m_panel->setGeometry((this->width() - width) / 2, std::max(48, this->height() / 8), width, height);
    update();
}

void CommandPalette::moveCurrent(int step)
{
    int row = m_list->currentIndex().row();
    do {
        row += step;
    } while (row >= 0 && row < m_model->rowCount() && !m_model->entryAt(m_model->index(row)));
    if (row >= 0 && row < m_model->rowCount())
        m_list->setCurrentIndex(m_model->index(row));
}

void CommandPalette::run(const QModelIndex &index)
{
    const PaletteEntry *entry = m_model->entryAt(index);
    if (!entry)
        return;
    const auto todo = entry->run; // closing drops the entries
    close();
    if (todo)
        todo();
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter p(this);
    p.fillRect(rect(), Theme::tokens().scrim);
    paint::softShadow(&p, m_panel->geometry());
}

void CommandPalette::mousePressEvent(QMouseEvent *)
{
    close();
}

bool CommandPalette::eventFilter(QObject *object, QEvent *event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible())
        layOut();
    if (object == m_field && event->type() == QEvent::KeyPress)
        return keyPressed(static_cast<QKeyEvent *>(event)->key());
    // The keys of the window wait while the palette is open.
    if (object == m_field && event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

bool CommandPalette::keyPressed(int key)
{
    switch (key) {
    case Qt::Key_Escape:
        close();
        return true;
    case Qt::Key_Down:
        moveCurrent(1);
        return true;
    case Qt::Key_Up:
        moveCurrent(-1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        run(m_list->currentIndex());
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        return true; // there is nowhere else to go
    default:
        return false;
    }
}

} // namespace nephele
